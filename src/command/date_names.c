/* The names of months and weekdays in the larger languages of Europe: small letters without accents, in full (with the
   endings that they have in dates) and as they are shortened. No name is two months in two of these languages. */
#include "command/date_reader.h"

enum { MOST_BYTES = 32 };

/* English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Danish, Norwegian, Finnish, Czech,
   Slovak, Hungarian, Romanian, Russian, Turkish. */
static const char *const months[12] = {
    " january jan januar janner janvier janv enero ene gennaio gen janeiro januari styczen stycznia sty tammikuu "
    "tammikuuta tammi leden ledna led januara ianuarie ian январь января янв ocak ",
    " february feb februar feber fevrier fevr fev febrero febbraio fevereiro februari luty lutego lut helmikuu "
    "helmikuuta helmi unor unora uno februara februarie февраль февраля фев февр subat ",
    " march mar marz maerz mrz mars marzo marco maart mrt marzec marca marts maaliskuu maaliskuuta maalis brezen "
    "brezna "
    "bre marec marcius marc martie март марта мар mart ",
    " april apr avril avr abril abr aprile kwiecien kwietnia kwi huhtikuu huhtikuuta huhti duben dubna dub aprila "
    "aprilis aprilie апрель апреля апр nisan ",
    " may mai mayo maggio mag maio mei maj maja toukokuu toukokuuta touko kveten kvetna kve majus маи мая mayis ",
    " june jun juni juin junio giugno giu junho czerwiec czerwca cze kesakuu kesakuuta kesa cerven cervna cvn juna "
    "junius iunie iun июнь июня июн haziran ",
    " july jul juli juillet juil julio luglio lug julho lipiec lipca lip heinakuu heinakuuta heina cervenec cervence "
    "cvc jula julius iulie iul июль июля июл temmuz ",
    " august aug aout agosto ago augustus sierpien sierpnia sie augusti elokuu elokuuta elo srpen srpna srp augusta "
    "augusztus август августа авг agustos ",
    " september sep sept septembre septiembre setiembre settembre set setembro wrzesien wrzesnia wrz syyskuu syyskuuta "
    "syys zari zar septembra szeptember szept septembrie сентябрь сентября сен сент eylul ",
    " october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz lokakuu lokakuuta "
    "loka rijen rijna rij oktobra octombrie октябрь октября окт ekim ",
    " november nov novembre noviembre novembro listopad listopada lis marraskuu marraskuuta marras novembra noiembrie "
    "noi ноябрь ноября ноя нояб kasim ",
    " december dec dezember dez decembre diciembre dic dicembre dezembro desember des grudzien grudnia gru joulukuu "
    "joulukuuta joulu prosinec prosince pro decembra decembrie декабрь декабря дек aralik ",
};

static const char weekdays[] =
    " monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun "
    "montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so "
    "lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim "
    "lunes martes miercoles mie jueves jue viernes vie sabado sab domingo dom "
    "lunedi martedi mercoledi giovedi gio venerdi sabato domenica "
    "segunda seg terca ter quarta qua quinta qui sexta sex "
    "maandag ma dinsdag woensdag wo donderdag vrijdag vr zaterdag za zondag zo "
    "poniedziałek pon wtorek wt sroda sr czwartek czw piatek pt sobota sob niedziela niedz nd "
    "mandag man tisdag tis onsdag ons torsdag tors fredag fre lordag lor sondag son tirsdag tir tor lørdag lør søndag "
    "søn "
    "maanantai tiistai ti keskiviikko ke torstai to perjantai pe lauantai la sunnuntai su maanantaina tiistaina "
    "keskiviikkona torstaina perjantaina lauantaina sunnuntaina "
    "pondeli po utery ut streda st ctvrtek ct patek pa nedele ne pondelok utorok stvrtok piatok nedela "
    "hetfo kedd szerda csutortok pentek szombat vasarnap luni marti miercuri joi vineri sambata duminica "
    "понедельник пн вторник вт среда ср четверг чт пятница пт суббота сб воскресенье вс ";

static bool is_listed(const char *list, const char *word, size_t size) {
    for (const char *at = list; (at = strstr(at, word)) != NULL; at++) {
        if (at[-1] == ' ' && at[size] == ' ')
            return true;
    }
    return false;
}

/* The word that stands here in small letters; false when there is none, or a longer one than all names. */
static bool look(const date_reader *r, char out[MOST_BYTES], size_t *size) {
    *size = date_word_length(r);
    if (*size == 0 || *size >= MOST_BYTES)
        return false;
    for (size_t i = 0; i < *size; i++)
        out[i] = (char)(r->at[i] >= 'A' && r->at[i] <= 'Z' ? r->at[i] - 'A' + 'a' : r->at[i]);
    out[*size] = '\0';
    return true;
}

bool date_take_listed(date_reader *r, const char *words) {
    char word[MOST_BYTES];
    size_t size;
    if (!look(r, word, &size) || !is_listed(words, word, size))
        return false;
    r->at += size;
    date_take(r, '.');
    return true;
}

bool date_take_month(date_reader *r, int *month) {
    char word[MOST_BYTES];
    size_t size;
    *month = 0;
    if (!look(r, word, &size))
        return false;
    for (int i = 0; i < 12 && *month == 0; i++)
        *month = is_listed(months[i], word, size) ? i + 1 : 0;
    if (*month == 0)
        return false;
    r->at += size;
    date_take(r, '.');
    return true;
}

bool date_take_weekday(date_reader *r) {
    if (!date_take_listed(r, weekdays))
        return false;
    if (r->end - r->at > 6 && strncasecmp(r->at, "-feira", 6) == 0)
        r->at += 6;
    date_skip(r, "., ");
    return true;
}
