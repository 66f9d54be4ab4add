// What standard output and standard error are connected to.
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

/* Compared by address: no text from elsewhere can lie here. */
static const char none[] = "", dim[] = "\033[2m", bold[] = "\033[1m", red[] = "\033[31m", green[] = "\033[32m",
                  yellow[] = "\033[33m", end[] = "\033[0m";

const char *style_dim(bool colour) {
    return colour ? dim : none;
}
const char *style_bold(bool colour) {
    return colour ? bold : none;
}
const char *style_red(bool colour) {
    return colour ? red : none;
}
const char *style_green(bool colour) {
    return colour ? green : none;
}
const char *style_yellow(bool colour) {
    return colour ? yellow : none;
}
const char *style_end(bool colour) {
    return colour ? end : none;
}

bool style_is_own(const char *text) {
    return text == none || text == dim || text == bold || text == red || text == green || text == yellow || text == end;
}
