/**
 * @file audit.h
 * Events of the audit log, and what they did to rows, as people read them.
 */
#ifndef TARN_CLI_AUDIT_H
#define TARN_CLI_AUDIT_H

#include "cli.h"

void audit_print(cli *cli, const tarn_audit_event *events, size_t count);

void audit_detail_print(cli *cli, const tarn_audit_detail *detail);

#endif
