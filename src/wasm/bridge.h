/**
 * @file bridge.h
 * What operations may know of the bridge that runs them. For src/wasm only.
 */
#ifndef TARN_WASM_BRIDGE_H
#define TARN_WASM_BRIDGE_H

#include "fs/fs.h"
#include "tarn/tarn.h"
#include "wasm/wasm.h"

/** The workspace's folder; NULL when none is open. */
const char *tarn_bridge_directory(const tarn_bridge *bridge);

/** For control operations: close what is open and have `workspace` (NULL: none; taken over) in its place. */
tarn_status tarn_bridge_replace(tarn_bridge *bridge, tarn_workspace *workspace, const char *directory,
                                tarn_error *error);

/** The files that this runs on, those of the workspace and others. */
tarn_fs *tarn_bridge_files(const tarn_bridge *bridge);

/** Comparisons that are open. */
struct tarn_kept *tarn_bridge_kept(tarn_bridge *bridge);

#endif
