// What the C side calls in the thread that has the module, or in its own. Linked by emscripten (--js-library).
mergeInto(LibraryManager.library, {
  // An answer: the receiver copies the bytes and calls tarn_wasm_release for each. Never waited for.
  tarn_host_respond__proxy: 'async',
  tarn_host_respond__sig: 'viiiii',
  tarn_host_respond: function(id, json, jsonSize, data, dataSize) {
    Module['tarnRespond'](id, json, jsonSize, data, dataSize);
  },
  // A line of what C and C++ code prints.
  tarn_host_print__sig: 'vi',
  tarn_host_print: function(text) {
    err(UTF8ToString(text));
  },
});
