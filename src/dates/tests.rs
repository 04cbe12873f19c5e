//! Tables of date wordings in every language and order, of relative wordings, and of what is no date.

use super::*;

fn hints(lang: &str) -> Hints {
    Hints { language: Lang::from_tag(lang), ..Hints::default() }
}

/// What is found: the wording and its ISO form (`-` where relative).
fn read(text: &str, hints: Hints) -> Option<(String, String)> {
    let found = find(text, &hints)?;
    Some((text[found.range.clone()].to_owned(), found.when().map_or_else(|| "-".to_owned(), |when| when.to_string())))
}

/// Each case with and without the hint of its language.
fn check(cases: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for &(lang, text, want) in cases {
        // Brackets mark the wording within a longer text.
        let shown = text.find('[').zip(text.find(']')).map_or(text, |(open, close)| &text[open + 1..close]);
        let plain = text.replace(['[', ']'], "");
        for hints in [hints(lang), Hints::default()] {
            let have = read(&plain, hints);
            if have != Some((shown.to_owned(), want.to_owned())) {
                wrong.push(format!("{lang} {:?} {plain:?}: {have:?}, not {shown:?} {want}", hints.language));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn absolute_dates_of_every_language() {
    check(&[
        ("en", "14 June 2020 19: 41", "2020-06-14T19:41"),
        ("en", "June 14th, 2020 at 7:41 pm", "2020-06-14T19:41"),
        ("en", "June 14, 2020", "2020-06-14"),
        ("en", "Posted on [Sunday, 14 June 2020 at 19:41] by Ann", "2020-06-14T19:41"),
        ("en", "Sunday, 14-Jun-20 19:41:03 UTC", "2020-06-14T19:41:03Z"),
        ("en", "Sun Jun 14, 2020 7:41 pm", "2020-06-14T19:41"),
        ("en", "2020-06-14T19:41:00+03:00", "2020-06-14T19:41:00+03:00"),
        ("en", "2020-06-14 19:41 (UTC)", "2020-06-14T19:41Z"),
        ("en", "on [14/06/20]", "2020-06-14"),
        ("en", "06/14/2020 07:41 PM", "2020-06-14T19:41"),
        ("en", "11:24 pm October 26, 2011", "2011-10-26T23:24"),
        ("en", "03:24 AM on 9/19/2010", "2010-09-19T03:24"),
        ("en", "14 June 2020 @ 11:38 a.m.", "2020-06-14T11:38"),
        ("en", "the 14th of June 2020".trim_start_matches("the "), "2020-06-14"),
        ("en", "June 2020", "2020-06"),
        ("en", "Jun 14 2020, 12:05 am", "2020-06-14T00:05"),
        ("en", "14 Jun 2020, 19:41:03 EST", "2020-06-14T19:41:03-05:00"),
        ("en", "14 June 2020 19:41 GMT+3", "2020-06-14T19:41+03:00"),
        ("de", "14.06.2020, 19:41 Uhr", "2020-06-14T19:41"),
        ("de", "Juli 30, 2013 um 2:33 pm", "2013-07-30T14:33"),
        ("de", "am [Sonntag, 14. Juni 2020 um 19:41 Uhr] geschrieben", "2020-06-14T19:41"),
        ("de", "So., 14. Jun. 2020, 19.41 Uhr", "2020-06-14T19:41"),
        ("de", "8. März 2019 @ 11:38", "2019-03-08T11:38"),
        ("fr", "le [14 juin 2020 à 19h41]", "2020-06-14T19:41"),
        ("fr", "le [dimanche 14 juin 2020 à 19:41]", "2020-06-14T19:41"),
        ("fr", "1er août 2020", "2020-08-01"),
        ("fr", "29/07/2004, 19h46", "2004-07-29T19:46"),
        ("fr", "Lun 5 Mar 2018 22:06", "2018-03-05T22:06"),
        ("fr", "5 Juil 2018 03:22", "2018-07-05T03:22"),
        ("es", "14 de junio de 2020 a las 19:41", "2020-06-14T19:41"),
        ("es", "domingo, 14 junio 2020, 7:41 p. m.", "2020-06-14T19:41"),
        ("es", "5 ago 2020", "2020-08-05"),
        ("pt", "14 de junho de 2020 às 19h41", "2020-06-14T19:41"),
        ("pt", "terça-feira, 14 de junho de 2022", "2022-06-14"),
        ("it", "domenica 14 giugno 2020 alle 19:41", "2020-06-14T19:41"),
        ("it", "14 giugno 2020, ore 19.41", "2020-06-14T19:41"),
        ("nl", "zondag 14 juni 2020 om 19:41", "2020-06-14T19:41"),
        ("sv", "den [14 juni 2020 kl. 19:41]", "2020-06-14T19:41"),
        ("da", "14. juni 2020 kl. 19.41", "2020-06-14T19:41"),
        ("no", "søndag 14. juni 2020 kl. 19:41", "2020-06-14T19:41"),
        ("fi", "14. kesäkuuta 2020 klo 19.41", "2020-06-14T19:41"),
        ("fi", "14.6.2020 19:41", "2020-06-14T19:41"),
        ("is", "14. júní 2020 kl. 19:41", "2020-06-14T19:41"),
        ("pl", "14 czerwca 2020 o 19:41", "2020-06-14T19:41"),
        ("pl", "niedziela, 14 czerwca 2020 r., godz. 19:41", "2020-06-14T19:41"),
        ("cs", "14. června 2020 v 19:41", "2020-06-14T19:41"),
        ("cs", "1. 10. 2008 14:46", "2008-10-01T14:46"),
        ("sk", "14. júna 2020 o 19:41", "2020-06-14T19:41"),
        ("uk", "14 червня 2020 р. о 19:41", "2020-06-14T19:41"),
        ("uk", "21 Травень 2023", "2023-05-21"),
        ("ru", "14 июня 2020 19: 41", "2020-06-14T19:41"),
        ("ru", "14 июня 2020 г. в 19:41", "2020-06-14T19:41"),
        ("ru", "Вчера, 14 июня 2020 19:41", "2020-06-14T19:41"),
        ("ru", "воскресенье, 14 июня 2020 года, 19:41", "2020-06-14T19:41"),
        ("ru", "14.06.2020 в 19:41 МСК", "2020-06-14T19:41+03:00"),
        ("be", "14 чэрвеня 2020", "2020-06-14"),
        ("bg", "14 юни 2020 г. в 19:41", "2020-06-14T19:41"),
        ("sr", "14. јуна 2020. у 19:41", "2020-06-14T19:41"),
        ("sr", "14. juna 2020. u 19:41", "2020-06-14T19:41"),
        ("hr", "14. lipnja 2020. u 19:41", "2020-06-14T19:41"),
        ("mk", "14 јуни 2020 во 19:41", "2020-06-14T19:41"),
        ("sl", "14. junij 2020 ob 19:41", "2020-06-14T19:41"),
        ("hu", "2020. június 14. 19:41", "2020-06-14T19:41"),
        ("hu", "2020. jún. 14., vasárnap 19:41", "2020-06-14T19:41"),
        ("ro", "14 iunie 2020 la 19:41", "2020-06-14T19:41"),
        ("el", "14 Ιουνίου 2020 στις 19:41", "2020-06-14T19:41"),
        ("el", "Κυριακή 14 Ιουνίου 2020, 7:41 μ.μ.", "2020-06-14T19:41"),
        ("tr", "14 Haziran 2020, 19:41", "2020-06-14T19:41"),
        ("tr", "14 Haziran 2020 Pazar 19:41", "2020-06-14T19:41"),
        ("az", "14 iyun 2020, 19:41", "2020-06-14T19:41"),
        ("ar", "14 يونيو 2020 الساعة 7:41 م", "2020-06-14T19:41"),
        ("ar", "١٤ يونيو ٢٠٢٠ ١٩:٤١", "2020-06-14T19:41"),
        ("ar", "14 حزيران 2020", "2020-06-14"),
        ("fa", "14 ژوئن 2020 در 19:41", "2020-06-14T19:41"),
        ("fa", "۱۴ ژوئن ۲۰۲۰", "2020-06-14"),
        ("he", "14 ביוני 2020 בשעה 19:41", "2020-06-14T19:41"),
        ("he", "14 יוני 2020 בשעה 19:41", "2020-06-14T19:41"),
        ("hi", "14 जून 2020 को 19:41", "2020-06-14T19:41"),
        ("hi", "१४ जून २०२०", "2020-06-14"),
        ("bn", "১৪ জুন ২০২০, ১৯:৪১", "2020-06-14T19:41"),
        ("th", "14 มิถุนายน 2563 เวลา 19:41 น.".trim_end_matches('.'), "2020-06-14T19:41"),
        ("th", "14 มิ.ย. 2563 19:41", "2020-06-14T19:41"),
        ("th", "๑๔ มิถุนายน ๒๕๖๓", "2020-06-14"),
        ("vi", "14 Tháng Sáu, 2020 lúc 19:41", "2020-06-14T19:41"),
        ("vi", "14 tháng 6, 2020 lúc 7:41 CH", "2020-06-14T19:41"),
        ("vi", "Chủ Nhật, 14/06/2020 19:41 GMT+7", "2020-06-14T19:41+07:00"),
        ("id", "Minggu, 14 Juni 2020 pukul 19.41 WIB", "2020-06-14T19:41+07:00"),
        ("ms", "14 Jun 2020 pada 7:41 ptg", "2020-06-14T19:41"),
        ("ko", "2020년 6월 14일 오후 7:41", "2020-06-14T19:41"),
        ("ko", "2020년 6월 14일", "2020-06-14"),
        ("ko", "2020. 6. 14. 오후 7시 41분", "2020-06-14T19:41"),
        ("ko", "2020.06.14 19:41", "2020-06-14T19:41"),
        ("ja", "2020年6月14日 19:41", "2020-06-14T19:41"),
        ("ja", "2020年6月14日(日) 午後7時41分", "2020-06-14T19:41"),
        ("ja", "2020/06/14(日) 19:41:03", "2020-06-14T19:41:03"),
        ("ja", "令和2年6月14日", "2020-06-14"),
        ("zh", "2020年6月14日 下午7:41", "2020-06-14T19:41"),
        ("zh", "2020年06月14日19时41分", "2020-06-14T19:41"),
        ("zh", "发表于 [2020-6-14 19:41:03]", "2020-06-14T19:41:03"),
        ("zh", "发布于[2020年6月14日]", "2020-06-14"),
        ("zh", "民國109年6月14日", "2020-06-14"),
        ("lt", "2020 m. birželio 14 d. 19:41", "2020-06-14T19:41"),
        ("lt", "2020-06-14 19:41", "2020-06-14T19:41"),
        ("lv", "2020. gada 14. jūnijā plkst. 19:41", "2020-06-14T19:41"),
        ("et", "14. juuni 2020 kell 19:41", "2020-06-14T19:41"),
        ("ca", "14 de juny de 2020 a les 19:41", "2020-06-14T19:41"),
        ("ca", "5 d’agost de 2020", "2020-08-05"),
        ("eu", "2020ko ekainaren 14a", "2020-06-14"),
        ("eu", "2020(e)ko ekainak 14, 19:41", "2020-06-14T19:41"),
        ("gl", "14 de xuño de 2020 ás 19:41", "2020-06-14T19:41"),
        ("ka", "14 ივნისი, 2020, 19:41", "2020-06-14T19:41"),
        ("hy", "14 հունիսի, 2020 19:41", "2020-06-14T19:41"),
        ("kk", "2020 жылғы 14 маусым 19:41", "2020-06-14T19:41"),
        ("mn", "2020 оны 6 сарын 14 19:41", "2020-06-14T19:41"),
        ("uz", "14 iyun 2020 soat 19:41", "2020-06-14T19:41"),
        ("sq", "14 Qershor, 2020 në 19:41", "2020-06-14T19:41"),
        ("ta", "14 ஜூன் 2020", "2020-06-14"),
        ("km", "14 មិថុនា 2020", "2020-06-14"),
        ("de", "01.08.2017 | 12:10", "2017-08-01T12:10"),
        ("en", "by Ice man on [February 26th, 2011]", "2011-02-26"),
        ("en", "10. al [10:43 AM 11/1/10]", "2010-11-01T10:43"),
        ("en", "Rider3, [Oct 30, 2014] Report", "2014-10-30"),
        ("en", "No. 3, [Oct 30, 2014] Report", "2014-10-30"),
        ("en", "ann[December 8, 2020 at 6:22 AM]", "2020-12-08T06:22"),
        ("en", "ANN[December 8, 2020 at 6:22 AM]", "2020-12-08T06:22"),
        ("en", "* by ann1991 on [March 3rd, 2011]", "2011-03-03"),
        ("en", "By RobMan , [July 25, 2007] in General", "2007-07-25"),
        ("de", "Anna[6. Juni 2015 um 10:23]", "2015-06-06T10:23"),
        ("en", "ann[2015-06-06 10:23]", "2015-06-06T10:23"),
        ("fr", "02-11-2023 • 16h43", "2023-11-02T16:43"),
    ]);
}

#[test]
fn relative_wordings_of_every_language() {
    check(&[
        ("en", "3 hours ago", "-"),
        ("en", "about an hour ago", "-"),
        ("en", "1 year, 3 months ago", "-"),
        ("en", "yesterday at 19:41", "-"),
        ("en", "Today at 7:41 PM", "-"),
        ("en", "just now", "-"),
        ("en", "15 seconds ago (7:18 PM)", "-"),
        ("en", "3h ago", "-"),
        ("en", "Friday at 7:41 PM", "-"),
        ("en", "Sunday 8th March", "-"),
        ("en", "8 February at 5:50PM", "-"),
        ("en", "Ann • [3 hours ago] • Reply", "-"),
        ("de", "vor 3 Stunden", "-"),
        ("de", "vor einer Stunde", "-"),
        ("de", "1 Jahr 2 Tage her", "-"),
        ("de", "gestern 14:02", "-"),
        ("de", "Gestern, 14:02 Uhr", "-"),
        ("fr", "il y a 3 heures", "-"),
        ("fr", "hier à 14h02", "-"),
        ("fr", "à l’instant", "-"),
        ("fr", "aujourd'hui à 14:02", "-"),
        ("es", "hace 3 horas", "-"),
        ("es", "Hace una hora", "-"),
        ("es", "ayer a las 14:02", "-"),
        ("pt", "há 3 horas", "-"),
        ("pt", "3 horas atrás", "-"),
        ("it", "3 ore fa", "-"),
        ("it", "un'ora fa", "-"),
        ("nl", "3 uur geleden", "-"),
        ("sv", "för 3 timmar sedan", "-"),
        ("da", "for 3 timer siden", "-"),
        ("no", "for 3 dager siden", "-"),
        ("fi", "3 tuntia sitten", "-"),
        ("fi", "viikko sitten", "-"),
        ("is", "fyrir 3 dögum síðan", "-"),
        ("pl", "3 godziny temu", "-"),
        ("pl", "wczoraj o 14:02", "-"),
        ("cs", "před 3 hodinami", "-"),
        ("cs", "před hodinou", "-"),
        ("cs", "10.2. 19:34", "-"),
        ("sk", "pred 2 hodiny", "-"),
        ("uk", "3 години тому", "-"),
        ("uk", "годину тому", "-"),
        ("ru", "3 часа назад", "-"),
        ("ru", "час назад", "-"),
        ("ru", "сегодня, 12:30", "-"),
        ("ru", "Сегодня в 13:24", "-"),
        ("ru", "только что", "-"),
        ("be", "3 гадзіны таму", "-"),
        ("bg", "преди 3 часа", "-"),
        ("sr", "пре 3 сата", "-"),
        ("hr", "prije 3 sata", "-"),
        ("mk", "пред 3 часа", "-"),
        ("sl", "pred 3 urami", "-"),
        ("hu", "3 órája", "-"),
        ("hu", "3 órával ezelőtt", "-"),
        ("ro", "acum 3 ore", "-"),
        ("ro", "în urmă cu 3 zile", "-"),
        ("el", "πριν από 3 ώρες", "-"),
        ("el", "3 ώρες πριν", "-"),
        ("tr", "3 saat önce", "-"),
        ("az", "3 saat əvvəl", "-"),
        ("ar", "منذ 3 ساعات", "-"),
        ("ar", "قبل ساعتين", "-"),
        ("fa", "۳ ساعت پیش", "-"),
        ("he", "לפני 3 שעות", "-"),
        ("he", "לפני יומיים", "-"),
        ("hi", "3 घंटे पहले", "-"),
        ("bn", "৩ ঘণ্টা আগে", "-"),
        ("th", "3 ชั่วโมงที่แล้ว", "-"),
        ("vi", "3 giờ trước", "-"),
        ("id", "3 jam yang lalu", "-"),
        ("ms", "3 minit lalu", "-"),
        ("ko", "3시간 전", "-"),
        ("ko", "어제 14:02", "-"),
        ("ja", "3時間前", "-"),
        ("ja", "昨日 14:02", "-"),
        ("zh", "3小时前", "-"),
        ("zh", "3 個月前", "-"),
        ("zh", "昨天 14:02", "-"),
        ("zh", "刚刚", "-"),
        ("zh", "6月14日 19:41", "-"),
        ("lt", "prieš 3 valandas", "-"),
        ("lv", "pirms 3 stundām", "-"),
        ("et", "3 tundi tagasi", "-"),
        ("ca", "fa 3 hores", "-"),
        ("eu", "duela 3 ordu", "-"),
        ("gl", "hai 3 horas", "-"),
        ("ka", "3 საათის წინ", "-"),
        ("hy", "3 ժամ առաջ", "-"),
        ("kk", "3 сағат бұрын", "-"),
        ("mn", "3 цагийн өмнө", "-"),
        ("uz", "3 soat oldin", "-"),
        ("ta", "3 நாட்களுக்கு முன்பு", "-"),
        ("sq", "3 orë më parë", "-"),
    ]);
}

#[test]
fn relative_times_are_counted_from_the_capture() {
    let captured = parse_machine("2020-06-14T19:41:30+03:00").expect("a date");
    for (text, want) in [
        ("3 hours ago", "2020-06-14T16:41+03:00"),
        ("20 hours ago", "2020-06-13T23:41+03:00"),
        ("3 days ago", "2020-06-11"),
        ("2 weeks ago", "2020-05-31"),
        ("6 months ago", "2019-12"),
        ("2 years ago", "2018"),
        ("yesterday at 19:41", "2020-06-13T19:41"),
        ("Friday 10:00", "2020-06-12T10:00"),
        ("Sunday at 20:00", "2020-06-07T20:00"),
        ("June 14", "2020-06-14"),
        ("December 3", "2019-12-03"),
        ("29 February 10:00", "2020-02-29T10:00"),
        ("15 seconds ago", "2020-06-14T19:41:15+03:00"),
    ] {
        let found = find(text, &hints("en")).expect(text);
        assert!(found.is_relative(), "{text}");
        assert_eq!(found.resolve(Some(&captured)).map(|when| when.to_string()).as_deref(), Some(want), "{text}");
        assert_eq!(found.resolve(None), None, "{text}");
    }
}

#[test]
fn day_and_month_are_told_apart() {
    let order = |order| Hints { order: Some(order), ..Hints::default() };
    for (hints, text, want) in [
        (hints("en"), "04/05/2020", "2020-04-05"),
        (hints("en"), "04/05/2020 19:41", "2020-05-04T19:41"),
        (hints("en"), "04-09-2019, 10:37 AM", "2019-04-09T10:37"),
        (hints("en"), "14/05/2020", "2020-05-14"),
        (hints("en"), "Sun 04/05/2020", "2020-04-05"),
        (hints("en"), "Mon 04/05/2020", "2020-05-04"),
        (hints("en"), "04.05.2020", "2020-05-04"),
        (hints("de"), "04/05/2020", "2020-05-04"),
        (hints("de"), "05/14/2020", "2020-05-14"),
        (hints("ko"), "20/05/04", "2020-05-04"),
        (order(Order::Mdy), "04/05/2020", "2020-04-05"),
        (order(Order::Dmy), "04/05/2020", "2020-05-04"),
        (order(Order::Ymd), "10/05/04", "2010-05-04"),
        (order(Order::Dmy), "05/14/2020", "2020-05-14"),
        (Hints::default(), "04/05/2020", "2020-05-04"),
    ] {
        assert_eq!(read(text, hints).map(|(_, iso)| iso).as_deref(), Some(want), "{text} {hints:?}");
    }
}

#[test]
fn numbers_that_are_no_dates_are_left_alone() {
    for text in [
        "3:1",
        "12/24",
        "10:0 win",
        "the score was 21:17 after extra time",
        "version 2.0.21",
        "v1.2.3",
        "10.12.20.1",
        "192.168.1.1",
        "+7 (495) 123-45-67",
        "02/03/4567890",
        "8-800-555-35-35",
        "call 555-12-34",
        "$12.05.20",
        "page 3 of 14",
        "1 of 12",
        "pp. 14-20",
        "ISBN 978-3-16-148410-0",
        "12,345.67",
        "1 234 567",
        "5 may be enough",
        "you may 2 times",
        "march 5 miles",
        "14 set points",
        "3 out of 5",
        "in 3 hours",
        "for 3 hours",
        "5 min read",
        "3 days of rain",
        "room 14, 2nd floor",
        "12 Main St",
        "£14.06",
        "14.06",
        "June",
        "may",
        "Sunday",
        "today we went out and it was a long day with much to do in the garden",
        "the year 2020 was long",
        "2020",
        "50%",
        "1/2 cup",
        "24/7",
        "9/11",
        "16:9",
        "1080x1920",
        "John 3:16",
        "3. 4. 5.",
        "1.2.2",
        "a1b2-c3",
        "0x14/06/2020x",
        "99/99/2020",
        "31/31/2020",
        "30.02.2020",
        "00.00.0000",
        "B-14-Jun",
        "ha 3 anni",
        "ore 3",
        "14 km",
        "2 mars bars",
        "5 ma 7",
        "1-2-3",
        "20:00",
        "30 Minuten",
        "10 dic",
        "第3章",
        "3月",
    ] {
        assert_eq!(read(text, Hints::default()), None, "{text}");
    }
}

#[test]
fn a_bare_place_of_time_allows_bare_forms() {
    let bare = Hints { bare: true, ..hints("en") };
    for text in ["21:00", "3h", "5 days", "2019", "Friday", "7:41 pm", "yesterday"] {
        assert_eq!(read(text, bare).map(|(shown, _)| shown).as_deref(), Some(text), "{text}");
    }
    for text in ["21:00 replies", "Friday night", "2019 things", "3h left"] {
        assert_eq!(read(text, bare), None, "{text}");
    }
}

#[test]
fn all_dates_are_found_in_order() {
    let text = "Published 14 June 2020, updated 15.06.2020 at 10:00; then 3 days ago and 2020-06-16.";
    let found: Vec<_> = find_all(text, &Hints::default()).map(|found| &text[found.range]).collect();
    assert_eq!(found, ["14 June 2020", "15.06.2020 at 10:00", "3 days ago", "2020-06-16"]);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_search(text in "([0-9]{1,4}|[./: ,()'-]|june|mar|vor|hours|ago|am|pm|年|月|日|T|Z|UTC|\\PC){0,40}") {
        for hints in [Hints::default(), Hints { bare: true, ..hints("de") }] {
            let mut end = 0;
            for found in find_all(&text, &hints) {
                assert!(found.range.start >= end && !text[found.range.clone()].is_empty());
                end = found.range.end;
                let _ = found.resolve(Some(&When::day(2020, 2, 29)));
            }
        }
        let _ = parse_machine(&text);
    }
}
