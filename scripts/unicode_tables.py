#!/usr/bin/env python3
"""Write what Unicode says beyond utf8proc into C tables, and what Python's str makes of a corpus into test cases.

unicode_tables.py tables >src/command/unicode_tables.c
unicode_tables.py cases >tests/unit/command/cases_unicode.h

utf8proc has the simple case mappings and the general categories. Missing are the full mappings (SpecialCasing.txt: those
without conditions) and the properties Cased and Case_Ignorable, of which the general category tells nearly all.
"""
import ctypes
import ctypes.util
import re
import sys
import unicodedata

utf8proc = ctypes.CDLL(ctypes.util.find_library("utf8proc"))
POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000 and unicodedata.category(chr(c)) != "Cn"]


def is_cased(c):
    return (chr(c) + "a").title().endswith("a")


def is_ignorable(c):
    return ("A" + chr(c) + "\u03a3").lower().endswith("\u03c2") and not (chr(c) + "\u03a3").lower().endswith("\u03c2")


def guess_cased(c):
    return unicodedata.category(chr(c)) in ("Lu", "Ll", "Lt")


def guess_ignorable(c):
    return unicodedata.category(chr(c)) in ("Mn", "Me", "Cf", "Lm", "Sk")


def ranges(points):
    found = []
    for c in sorted(points):
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def mapping(text):
    return "{" + ", ".join(f"0x{ord(c):04X}" for c in text) + "}"


def print_mappings():
    print("const tarn_full_case tarn_full_cases[] = {")
    count = 0
    for c in POINTS:
        text = chr(c)
        upper, lower, title = text.upper(), text.lower(), text.title()
        if c == 0x3A3:
            lower = "\u03c3"
        simple = [getattr(utf8proc, "utf8proc_to" + way)(c) for way in ("upper", "lower", "title")]
        if [upper, lower, title] != [chr(x) for x in simple]:
            print(f"    {{0x{c:04X}, {mapping(upper)}, {mapping(lower)}, {mapping(title)}}},")
            count += 1
    print(f"}};\nconst size_t tarn_full_case_count = {count};\n")


def print_ranges(name, points):
    found = ranges(points)
    print(f"const tarn_point_range {name}[] = {{")
    line = "   "
    for first, last in found:
        item = f" {{0x{first:04X}, 0x{last:04X}}},"
        if len(line) + len(item) > 120:
            print(line)
            line = "   "
        line += item
    print(f"{line}\n}};\nconst size_t {name}_count = {len(found)};\n")


def print_tables():
    print("/* Written by scripts/unicode_tables.py: what Unicode %s says beyond utf8proc. */" % unicodedata.unidata_version)
    print("// clang-format off\n#include \"command/unicode.h\"\n")
    print_mappings()
    print("/* Where being cased is not what the general category tells, and where being ignored between cased letters is not. */")
    print_ranges("tarn_cased_exceptions", [c for c in POINTS if is_cased(c) != guess_cased(c)])
    print_ranges("tarn_ignorable_exceptions", [c for c in POINTS if is_ignorable(c) != guess_ignorable(c)])
    print("// clang-format on")


CORPUS = [
    "", " ", "hello", "HELLO WORLD", "hello world", "they're bill's", "x1a 2nd", "\t tab \n", "  both  ends  ",
    "\u00a0no-break\u00a0", "\u3000wide\u3000", "\u2003em\u2003space\u2003", "\u200bzero width\u200b", "\x1cfs\x1f",
    "\x85next\x85", "\u2028line\u2029", "\u1680ogham\u1680", "\ufeffbom", "\u180emongolian",
    "stra\u00dfe", "STRASSE", "\u1e9e", "\u00df\u00df", "Gro\u00df-Gerau", "\u0130stanbul", "istanbul \u0131", "I\u0307",
    "D\u0130YARBAKIR", "\u03a3", "\u039f\u03a3", "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3",
    "\u03a3\u03a3", "\u0391\u03a3. \u0391\u03a3\u0391", "\u0391\u03a3\u0301", "\u0391'\u03a3", "A\u03a3\u00ad", "A\u03a3:b",
    "\u0345\u03a3", "\u1fb3\u1fb7 \u1f80", "\u1ffc \u1f88", "\u0390 \u03b0", "\u0149gram", "\u01f0", "\u01c6 \u01c4 \u01c5",
    "\u01f3 \u01f1", "\ufb01sh \ufb03 \ufb05", "\u0587", "\ufb13", "\u1e96 \u1e9a", "e\u0301cole", "E\u0301COLE",
    "\u00e9cole \u00c9COLE", "\u0041\u030a", "\u212b \u212a \u2126", "\u00b5", "\u00aa\u00ba", "\u02b0a \u1d43b",
    "\u2160 \u2170", "\u24b6 \u24d0", "\U00010400 \U00010428", "\U0001d400", "\u10d0\u1c90 \u10a0\u2d00", "\u13a0 \uab70",
    "\uff21\uff41", "\u0434\u043e\u043c \u0414\u041e\u041c", "\u4f60\u597d \u4e16\u754c", "\u3053\u3093\u306b\u3061\u306f",
    "\ud55c\uad6d\uc5b4", "\u0645\u0631\u062d\u0628\u0627", "\u05e9\u05c1\u05dc\u05d5\u05dd", "\u0939\u093f\u0928\u094d\u0926\u0940",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "\u2764\ufe0f love", "\U0001f1e9\U0001f1ea flag", "\U0001f44d\U0001f3fd ok",
    "na\u00efve caf\u00e9", "\u2019s o\u2019neil", "mc\u00b7donald", "a\u02bcb", "\u01c5x", "\u1e9eab",
]


def title(text):
    """str.title, but endings such as those of don't, Macy's and 3rd stay small."""
    endings = r"(?:(?<=\w['\u2019])(?:s|t|d|m|re|ve|ll|em|all)|(?<=[0-9])(?:st|nd|rd|th|s|er))(?!\w)"
    return re.sub(endings, lambda found: found.group().lower(), text.title(), flags=re.IGNORECASE)


METHODS = {"trim": str.strip, "uppercase": str.upper, "lowercase": str.lower, "title-case": title,
           "sentence-case": str.capitalize}


def literal(text):
    """Every byte that is not a plain letter as octal, so that nothing in it can be read in two ways."""
    plain = lambda b: 0x20 <= b < 0x7F and b not in b'"\\?'
    return '"' + "".join(chr(b) if plain(b) else f"\\{b:03o}" for b in text.encode()) + '"'


def print_cases():
    print("/* Written by scripts/unicode_tables.py: what Python's str methods make of hard texts (title case but for endings). */\n// clang-format off\n#include \"support_command.h\"\n")
    for command, method in METHODS.items():
        print(f"static const command_pair unicode_{command.replace('-', '_')}[] = {{")
        for text in CORPUS:
            print(f"    {{{literal(text)}, {literal(method(text))}}},")
        print("    {NULL, NULL},\n};")
    print("// clang-format on")


{"tables": print_tables, "cases": print_cases}[sys.argv[1]]()
