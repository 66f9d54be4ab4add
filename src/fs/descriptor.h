/**
 * @file descriptor.h
 * Descriptors 0, 1 and 2 are never used for files: what is meant for standard output must not get into one, even in a
 * process that was started with these closed. Private to src/fs.
 */
#ifndef TARN_FS_DESCRIPTOR_H
#define TARN_FS_DESCRIPTOR_H

/**
 * Give back `descriptor`, or when it is below 3 another one for the same, with close-on-exec set; the low number then
 * stays taken by /dev/null, so that what else is opened does not get it either. -1, with errno set, when there is none
 * (`descriptor` is closed then), and when it was -1 before.
 */
int tarn_descriptor_lift(int descriptor);

#endif
