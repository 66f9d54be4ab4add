#!/usr/bin/env bats
# Text that is not UTF-8: recognised, said, named, and read line by line where it is mixed.
load support

# in_encoding ICONV-NAME FILE: standard input, which is UTF-8, into the file.
in_encoding() {
    iconv -f UTF-8 -t "$1" >"$2"
}

# reads FILE NAME TEXT: the import says that encoding, and the table holds that text.
reads() {
    local table=t$RANDOM$RANDOM
    tarn import "$1" --name "$table" --json >imported.json
    jq -e --arg name "$2" '.encoding == $name' imported.json || { cat imported.json && false; }
    tarn export "$table" - --format csv | grep -qF "$3" || { tarn export "$table" - --format csv && false; }
}

@test "encodings are recognised by what they make of the text" {
    tarn init -q
    while IFS='|' read -r iconv name text; do
        printf 'kind,words\nx,%s\ny,%s\n' "$text" "$text" | in_encoding "$iconv" "$iconv.csv"
        reads "$iconv.csv" "$name" "$text"
    done <<'LIST'
CP932|Shift_JIS|注文番号 山田花子
EUC-JP|EUC-JP|すずき いちろう
ISO-2022-JP|ISO-2022-JP|会議の資料
GBK|GBK|订单编号 王小明
BIG5|Big5|訂單日期 林先生
EUC-KR|EUC-KR|주문 번호와 이름
KOI8-R|KOI8-R|Улица Ленина
CP1251|windows-1251|Всего за месяц
CP866|IBM866|Город и область
ISO-8859-5|ISO-8859-5|Количество товара
MAC-CYRILLIC|x-mac-cyrillic|Новая запись
KOI8-U|KOI8-U|Її підпис, ґанок
CP1253|windows-1253|Καλημέρα κόσμε
CP1255|windows-1255|שלום עולם
CP1256|windows-1256|السلام عليكم
CP874|windows-874|ราคาสินค้า
CP1250|windows-1250|Żółta łódź płynie
CP852|IBM852|Příliš žluťoučký kůň
CP1254|windows-1254|Işık ağacın gölgesi
CP1257|windows-1257|Ąžuolas ir šuo
CP1252|windows-1252|Crème brûlée à l’œuf
MACINTOSH|macintosh|Garçon à la fenêtre
CP850|IBM850|Größe für Mädchen
LIST
}

@test "few characters are enough, and it is said that they are few" {
    tarn init -q
    echo 日本 | in_encoding CP932 few.csv
    run -0 tarn import few.csv
    [[ $output == *"the encoding was guessed: Shift_JIS, which is uncertain"*"--encoding"* ]]
    [[ $(tarn export few - --format csv) == *日本* ]]
    for _ in $(seq 40); do echo "Съешь ещё этих мягких французских булок"; done | in_encoding CP1251 many.csv
    run -0 tarn import many.csv
    [[ $output == *"windows-1251, which is almost certain"* ]]
}

@test "text in UTF-8 has no warning about its encoding" {
    tarn init -q
    printf 'a,b\nŁódź,東京\n' >plain.csv
    run -0 tarn import plain.csv
    [[ $output != *warning* ]]
}

@test "every label of the Encoding Standard can be given" {
    tarn init -q
    printf 'a\nx\n' >ascii.csv
    for label in sjis ms_kanji windows-31j x-sjis csshiftjis gb2312 chinese gb_2312-80 x-gbk gb18030 big5-hkscs cn-big5 x-x-big5 \
        euc-kr ks_c_5601-1987 korean windows-949 euc-jp x-euc-jp koi8 koi8-ru cp866 dos-874 x-cp1253 windows-1255 \
        iso-8859-6 arabic hebrew logical greek8 iso-8859-16 latin6 x-mac-roman x-mac-ukrainian utf8 unicode-1-1-utf-8 l9 tis-620 cp437; do
        run -0 tarn import -q ascii.csv --name "t$RANDOM$RANDOM" --encoding "$label"
    done
    run -1 tarn import ascii.csv --name bad --encoding ebcdic
    [[ $output == *"encoding ebcdic is not known"*Shift_JIS* ]]
}

@test "an encoding that is given is taken at its word" {
    tarn init -q
    printf 'k,v\na,表示\nb,能力|ソ\n' | in_encoding CP932 backslash.csv # half of a character is a backslash, or a bar
    tarn import -q backslash.csv --encoding shift_jis
    [ "$(tarn export backslash - --format csv)" = $'k,v\na,表示\nb,能力|ソ' ]
    printf 'k,v\na,\x82\nb,c\n' >cut.csv
    run -1 tarn import cut.csv --encoding shift_jis
    [[ $output == *"line 2 is not valid Shift_JIS"* ]]
}

@test "one line in another encoding does not spoil the others" {
    tarn init -q
    {
        printf 'name,city\nJosé,Málaga\nZoë,Łódź\n'
        printf 'Jürgen,Köln\n' | iconv -t CP1252
        printf 'Øyvind,Tromsø\n'
    } >mixed.csv
    run -0 tarn import mixed.csv
    [[ $output == *"csv · UTF-8"* ]]
    [[ $output == *"2 bytes are not UTF-8, and their cells were read as windows-1252: line 4"* ]]
    [ "$(tarn export mixed - --format csv)" = $'name,city\nJosé,Málaga\nZoë,Łódź\nJürgen,Köln\nØyvind,Tromsø' ]

    {
        printf '名前,町\nさくら,京都\n'
        printf '太郎,大阪\n' | iconv -t CP932
    } >japanese.csv
    tarn import -q japanese.csv
    [ "$(tarn export japanese - --format csv)" = $'名前,町\nさくら,京都\n太郎,大阪' ]
}

@test "characters that were cut are replaced and their lines named" {
    tarn init -q
    { printf 'name\n北京大学\n上海交'; printf '通' | head -c 2; printf '\n清华大学\n'; } >cut.csv
    run -0 tarn import cut.csv
    [[ $output == *"replaced by U+FFFD: line 3"* ]]
    [ "$(tarn export cut - --format csv | sed -n 2p)" = 北京大学 ]
    [[ $(tarn export cut - --format csv | sed -n 3p) == 上海交* ]]
}

@test "short Ukrainian words that could be UTF-8 do not make the text so" {
    tarn init -q
    printf 'q,a\n1,Так\n2,Ні\n3,Так\n4,Ні\n' | in_encoding CP1251 answers.csv
    tarn import -q answers.csv
    [ "$(tarn export answers - --format csv)" = $'q,a\n1,Так\n2,Ні\n3,Так\n4,Ні' ]
}

@test "one byte in another encoding is told in the singular" {
    tarn init -q
    printf 'name\nZoë\nCaf\xe9\n' >one.csv
    run -0 tarn import one.csv
    [[ $output == *"1 byte is not UTF-8, and its cell was read as windows-1252: line 3"* ]]
}

@test "appending reads the other encoding too" {
    tarn init -q
    printf 'n,word\n1,東京\n' >one.csv
    printf 'n,word\n2,大阪市\n' | in_encoding CP932 two.csv
    tarn import -q one.csv --name words --type n=DOUBLE
    tarn import -q two.csv --name words --append
    [ "$(tarn export words - --format csv)" = $'n,word\n1.0,東京\n2.0,大阪市' ]
    [ -z "$(find .tarn -name '*text*' -path '*tmp*')" ]
}
