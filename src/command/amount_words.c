/* What words mean beside an amount. */
#include "command/amount_words.h"

#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#define CODE 3 /* letters of a code */

/* ISO 4217 in its order, historical ones behind. */
static const char codes[] = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN "
                            "BWP BYN BZD CAD CDF CHF CLF "
                            "CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
                            "GMD GNF GTQ GYD HKD HNL HTG "
                            "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR "
                            "LRD LSL LYD MAD MDL MGA MKD "
                            "MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR "
                            "PLN PYG QAR RON RSD RUB RWF "
                            "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD "
                            "TWD TZS UAH UGX USD UYU UZS "
                            "VED VES VND VUV WST XAF XAG XAU XCD XCG XOF XPD XPF XPT YER ZAR ZMW ZWG "
                            "ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK BYR CSK "
                            "GHC MZM PLZ ROL RUR SLL STD "
                            "TRL VEB VEF YUM ZMK ZWL CNH RMB ";

/* Those that are written in small letters, too, and are no words of any language then. */
static const char small_codes[] = "AUD BRL CHF CNY CZK DKK EUR GBP HKD HUF INR JPY KRW MXN NOK NZD PLN RUB SEK SGD USD "
                                  "ZAR ";

/* Signs made of letters, and names, as they are written: ft and km are measures. */
static const struct {
    const char *currency, *words;
} names[] = {
    {"kr", " kr Kr KR Skr skr "},
    {"CHF", " Fr fr FR SFr sFr sfr SFR "},
    {"Rs", " Rs rs RS "},
    {"MYR", " RM "},
    {"IDR", " Rp "},
    {"ZAR", " R "},
    {"PLN", " zł Zł ZŁ zl "},
    {"CZK", " Kč KČ kč Kc "},
    {"HUF", " Ft FT "},
    {"RON", " lei Lei LEI leu "},
    {"BGN", " лв Лв лева "},
    {"RUB", " руб Руб р рублей рубля рубль "},
    {"UAH", " грн Грн "},
    {"RSD", " din дин "},
    {"MKD", " ден "},
    {"TRY", " TL "},
    {"DEM", " DM "},
    {"BAM", " KM "},
    {"JPY", " 円 "},
    {"CNY", " 元 "},
    {"KRW", " 원 "},
    {"EUR", " Euro euro EURO Euros euros "},
};

/* Powers of ten by name, folded. Left out are words that two languages use differently: mil, and billón beside billion.
 */
static const struct {
    int exponent;
    const char *words;
} powers[] = {
    {3, " k thousand thousands tsd tausend mille mila tusen tusind duizend tuhat tuhatta tys tysiac tysiace tysiecy "
        "tisic tisice ezer тыс тысяча тысячи тысяч "},
    {4, " 万 萬 만 "},
    {5, " lakh lakhs lac lacs "},
    {6, " mn mio mill mln million millions millionen milione milioni millon millones milhao milhoes miljoen miljon "
        "miljoner miljoona miljoonaa milion miliony milionow milionu millio milioane миллион миллиона миллионов млн "},
    {7, " crore crores "},
    {8, " 億 亿 억 "},
    {9, " b bn mrd mld mlrd billion billions milliard milliards milliarde milliarden miliardo miliardi miljard "
        "miljarder miljardi miljardia miliard miliardy miliardow miliarda miliarde bilhao bilhoes миллиард миллиарда "
        "миллиардов млрд "},
    {12, " tn trillion trillions billionen biliony bilionow bilionu "},
};

enum { MOST_BYTES = 40 };

static bool is_listed(const char *list, const char *word, size_t size) {
    for (const char *at = list; size > 0 && (at = strstr(at, word)) != NULL; at++) {
        if ((at == list || at[-1] == ' ') && at[size] == ' ')
            return true;
    }
    return false;
}

/* Small letters without accents. False when it is too long for a word of ours. */
static bool fold(const char *word, size_t size, char out[MOST_BYTES]) {
    utf8proc_int32_t points[MOST_BYTES];
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)word, (utf8proc_ssize_t)size, points, MOST_BYTES,
                           UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
    size_t length = 0;
    if (count < 0 || count > MOST_BYTES)
        return false;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (length + 5 > MOST_BYTES)
            return false;
        length += (size_t)utf8proc_encode_char(points[i], (utf8proc_uint8_t *)out + length);
    }
    out[length] = '\0';
    return true;
}

static bool take_code(const char *word, size_t size, char out[TARN_CURRENCY_SIZE]) {
    char code[CODE + 1] = {0};
    bool is_upper = true, is_lower = true;
    if (size != CODE)
        return false;
    for (size_t i = 0; i < CODE; i++) {
        bool upper = word[i] >= 'A' && word[i] <= 'Z', lower = word[i] >= 'a' && word[i] <= 'z';
        is_upper = is_upper && upper;
        is_lower = is_lower && (lower || (i == 0 && upper)); /* Eur, too */
        code[i] = (char)(lower ? word[i] - 'a' + 'A' : word[i]);
    }
    if (!(is_upper && is_listed(codes, code, CODE)) && !(is_lower && is_listed(small_codes, code, CODE)))
        return false;
    memcpy(out, strcmp(code, "RMB") == 0 || strcmp(code, "CNH") == 0 ? "CNY" : code, sizeof code);
    return true;
}

static bool take_name(const char *word, size_t size, tarn_amount_word *out) {
    char given[MOST_BYTES] = {0};
    memcpy(given, word, size < MOST_BYTES ? size : MOST_BYTES - 1);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (size < MOST_BYTES && is_listed(names[i].words, given, size)) {
            out->kind = TARN_WORD_CURRENCY;
            memcpy(out->currency, names[i].currency, strlen(names[i].currency));
            return true;
        }
    }
    return false;
}

static tarn_amount_word power_of(const char *folded) {
    size_t size = strlen(folded);
    for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++) {
        if (is_listed(powers[i].words, folded, size))
            return (tarn_amount_word){.kind = TARN_WORD_MULTIPLIER, .exponent = powers[i].exponent};
    }
    return (tarn_amount_word){0};
}

/* kEUR, TEUR, MEUR */
static tarn_amount_word scaled_code(const char *word, size_t size) {
    tarn_amount_word made = {0};
    if (size != CODE + 1 || !take_code(word + 1, CODE, made.currency) || word[1] >= 'a')
        return (tarn_amount_word){0};
    made.kind = word[0] == 'k' || word[0] == 'K' || word[0] == 'T' ? TARN_WORD_MULTIPLIER
                : word[0] == 'M'                                   ? TARN_WORD_AMBIGUOUS_M
                                                                   : TARN_WORD_NONE;
    made.exponent = made.kind == TARN_WORD_MULTIPLIER ? 3 : 0;
    return made;
}

tarn_amount_word tarn_amount_word_of(const char *word, size_t size) {
    tarn_amount_word made = {0};
    char folded[MOST_BYTES];
    if (size == 0 || !fold(word, size, folded))
        return made;
    if (take_code(word, size, made.currency)) {
        made.kind = TARN_WORD_CURRENCY;
        return made;
    }
    if (strcmp(folded, "m") == 0 || strcmp(folded, "cr") == 0 || strcmp(folded, "dr") == 0) {
        made.kind = folded[0] == 'm' ? TARN_WORD_AMBIGUOUS_M : folded[0] == 'c' ? TARN_WORD_CREDIT : TARN_WORD_DEBIT;
        return made;
    }
    if (size == 2 && memcmp(word, "MM", 2) == 0) /* mm is a measure */
        return (tarn_amount_word){.kind = TARN_WORD_MULTIPLIER, .exponent = 6};
    if (take_name(word, size, &made))
        return made;
    made = power_of(folded);
    return made.kind != TARN_WORD_NONE ? made : scaled_code(word, size);
}

bool tarn_currency_sign(uint32_t sign, char out[TARN_CURRENCY_SIZE]) {
    static const struct {
        uint32_t sign;
        const char *currency;
    } known[] = {{0x20AC, "EUR"}, {0x20B9, "INR"}, {0x20A8, "Rs"},  {0x20BD, "RUB"}, {0x20BA, "TRY"},
                 {0x20A9, "KRW"}, {0x20AA, "ILS"}, {0x20B4, "UAH"}, {0x20BF, "BTC"}, {0xFFE0, "¢"},
                 {0xFF04, "$"},   {0xFFE1, "£"},   {0xFFE5, "¥"}};
    if (utf8proc_category((utf8proc_int32_t)sign) != UTF8PROC_CATEGORY_SC)
        return false;
    memset(out, 0, TARN_CURRENCY_SIZE);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].sign == sign) {
            memcpy(out, known[i].currency, strlen(known[i].currency));
            return true;
        }
    }
    utf8proc_encode_char((utf8proc_int32_t)sign, (utf8proc_uint8_t *)out);
    return true;
}

bool tarn_dollar_prefix(const char *word, size_t size, char out[TARN_CURRENCY_SIZE]) {
    static const struct {
        const char *prefix, *currency;
    } known[] = {{"US", "USD"},  {"U", "USD"},  {"A", "AUD"},   {"AU", "AUD"}, {"C", "CAD"},  {"CA", "CAD"},
                 {"CAN", "CAD"}, {"HK", "HKD"}, {"NZ", "NZD"},  {"S", "SGD"},  {"SG", "SGD"}, {"NT", "TWD"},
                 {"R", "BRL"},   {"MX", "MXN"}, {"Mex", "MXN"}, {"J", "JMD"},  {"Z", "ZWL"},  {"TT", "TTD"},
                 {"Bds", "BBD"}, {"RD", "DOP"}, {"EC", "XCD"},  {"FJ", "FJD"}, {"N", "NAD"},  {"BZ", "BZD"},
                 {"B", "BND"},   {"AR", "ARS"}, {"CL", "CLP"},  {"COL", "COP"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].prefix) == size && memcmp(known[i].prefix, word, size) == 0) {
            memset(out, 0, TARN_CURRENCY_SIZE);
            memcpy(out, known[i].currency, CODE);
            return true;
        }
    }
    return false;
}
