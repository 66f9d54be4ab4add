#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_is_capable(int file) {
    const char *term = getenv("TERM");
    return isatty(file) && term && *term && strcmp(term, "dumb") != 0;
}

bool terminal_has_colour(int file) {
    const char *refused = getenv("NO_COLOR");
    return terminal_is_capable(file) && !(refused && *refused);
}

size_t terminal_width(int file) {
    const char *columns = getenv("COLUMNS");
    if (columns) {
        char *end;
        long number = strtol(columns, &end, 10);
        if (*columns && !*end && number > 0 && number < 100000)
            return (size_t)number;
    }
    struct winsize size;
    if (isatty(file))
        return ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    return 0;
}

const char *style_dim(bool colour) {
    return colour ? "\033[2m" : "";
}
const char *style_bold(bool colour) {
    return colour ? "\033[1m" : "";
}
const char *style_red(bool colour) {
    return colour ? "\033[31m" : "";
}
const char *style_green(bool colour) {
    return colour ? "\033[32m" : "";
}
const char *style_yellow(bool colour) {
    return colour ? "\033[33m" : "";
}
const char *style_end(bool colour) {
    return colour ? "\033[0m" : "";
}
