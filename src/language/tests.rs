//! Sentences of every language, written for this table.

use super::*;

const SENTENCES: &[(&str, &str)] = &[
    ("en", "The committee said on Monday that it would not change the rules before the end of the year."),
    ("de", "Der Ausschuss sagte am Montag, dass er die Regeln nicht vor dem Ende des Jahres ändern wird."),
    ("fr", "Le comité a déclaré lundi qu'il ne changerait pas les règles avant la fin de l'année."),
    ("es", "El comité dijo el lunes que no cambiará las reglas antes del final del año."),
    ("pt", "O comité disse na segunda-feira que não vai mudar as regras antes do final do ano."),
    ("it", "Il comitato ha detto lunedì che non cambierà le regole prima della fine dell'anno."),
    ("nl", "De commissie zei maandag dat zij de regels niet voor het einde van het jaar zal veranderen."),
    ("sv", "Kommittén sade på måndagen att den inte kommer att ändra reglerna före årets slut."),
    ("da", "Udvalget sagde mandag, at det ikke vil ændre reglerne før årets udgang, og at der også er andre forslag."),
    ("no", "Utvalget sa mandag at det ikke vil endre reglene før årets slutt, og at det også er andre forslag."),
    ("fi", "Valiokunta sanoi maanantaina, että se ei muuta sääntöjä ennen vuoden loppua."),
    ("is", "Nefndin sagði á mánudag að hún myndi ekki breyta reglunum fyrir lok ársins."),
    ("pl", "Komisja powiedziała w poniedziałek, że nie zmieni zasad przed końcem roku."),
    ("cs", "Výbor v pondělí řekl, že pravidla před koncem roku nezmění a že se sejde znovu."),
    ("sk", "Výbor v pondelok povedal, že pravidlá pred koncom roka nezmení a že sa stretne znova."),
    ("uk", "Комітет заявив у понеділок, що не змінить правила до кінця року."),
    ("ru", "Комитет заявил в понедельник, что не изменит правила до конца года."),
    ("be", "Камітэт заявіў у панядзелак, што не зменіць правілы да канца года."),
    ("bg", "Комитетът заяви в понеделник, че няма да промени правилата до края на годината."),
    ("sr", "Одбор је у понедељак рекао да неће променити правила пре краја године."),
    ("hr", "Odbor je u ponedjeljak rekao da neće promijeniti pravila prije kraja godine."),
    ("mk", "Комитетот во понеделникот изјави дека нема да ги смени правилата до крајот на годината."),
    ("sl", "Odbor je v ponedeljek sporočil, da pravil pred koncem leta ne bo spremenil."),
    ("hu", "A bizottság hétfőn azt mondta, hogy az év vége előtt nem változtatja meg a szabályokat."),
    ("ro", "Comitetul a spus luni că nu va schimba regulile înainte de sfârșitul anului."),
    ("el", "Η επιτροπή δήλωσε τη Δευτέρα ότι δεν θα αλλάξει τους κανόνες πριν από το τέλος του έτους."),
    ("tr", "Komite pazartesi günü kuralları yıl sonundan önce değiştirmeyeceğini ve bunun için çalıştığını söyledi."),
    ("az", "Komitə bazar ertəsi bildirdi ki, ilin sonuna qədər qaydaları dəyişməyəcək."),
    ("ar", "قالت اللجنة يوم الاثنين إنها لن تغير القواعد قبل نهاية العام."),
    ("fa", "کمیته روز دوشنبه گفت که قوانین را تا پایان سال تغییر نخواهد داد."),
    ("ur", "کمیٹی نے پیر کو کہا کہ وہ سال کے آخر سے پہلے قواعد نہیں بدلے گی۔"),
    ("he", "הוועדה אמרה ביום שני כי לא תשנה את הכללים לפני סוף השנה."),
    ("hi", "समिति ने सोमवार को कहा कि वह साल के अंत से पहले नियम नहीं बदलेगी।"),
    ("bn", "কমিটি সোমবার বলেছে যে বছরের শেষের আগে নিয়ম বদলাবে না।"),
    ("th", "คณะกรรมการกล่าวเมื่อวันจันทร์ว่าจะไม่เปลี่ยนกฎก่อนสิ้นปี"),
    ("vi", "Ủy ban cho biết hôm thứ Hai rằng họ sẽ không thay đổi các quy tắc trước cuối năm."),
    ("id", "Komite itu mengatakan pada hari Senin bahwa mereka tidak akan mengubah aturan sebelum akhir tahun."),
    ("ko", "위원회는 월요일에 연말 전에 규칙을 바꾸지 않을 것이라고 말했다."),
    ("ja", "委員会は月曜日に、年末までに規則を変えないと述べた。"),
    ("zh", "委员会周一表示，年底之前不会改变规则。"),
    ("lt", "Komitetas pirmadienį pranešė, kad iki metų pabaigos taisyklių nekeis, nes tai yra per anksti."),
    ("lv", "Komiteja pirmdien paziņoja, ka līdz gada beigām noteikumus nemainīs."),
    ("et", "Komisjon ütles esmaspäeval, et see ei muuda reegleid enne aasta lõppu."),
    (
        "ca",
        "El comitè va dir dilluns que no canviarà les regles abans del final de l'any, però també va parlar amb els veïns.",
    ),
    (
        "eu",
        "Batzordeak astelehenean esan zuen ez dituela arauak aldatuko urtea amaitu baino lehen, eta hori ere oso garbi.",
    ),
    ("ka", "კომიტეტმა ორშაბათს განაცხადა, რომ წლის ბოლომდე წესებს არ შეცვლის."),
    ("hy", "Կոմիտեն երկուշաբթի օրը հայտարարեց, որ մինչև տարեվերջ կանոնները չի փոխի։"),
    ("kk", "Комитет дүйсенбіде жыл соңына дейін ережелерді өзгертпейтінін және бұл туралы хабарлады."),
    ("mn", "Хороо даваа гарагт энэ оны эцэс хүртэл дүрмийг өөрчлөхгүй гэж мэдэгдсэн байна."),
];

#[test]
fn sentences_are_told_by_their_language() {
    let wrong: Vec<_> = SENTENCES
        .iter()
        .filter_map(|&(code, text)| {
            let found = detect(text);
            (found.map(|(lang, _)| lang.code()) != Some(code)).then_some((code, found))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn function_words_tell_prose_from_lists() {
    let unlisted = ["gu", "te", "kn", "ml", "pa", "si"];
    for &(code, text) in SENTENCES.iter().filter(|(code, _)| !unlisted.contains(code)) {
        let lang = Lang::from_tag(code).expect("a code");
        // Korean glues its particles to the words.
        assert!(
            stopword_share(text, lang) > 0.05 || code == "ko" || code == "th",
            "{code}: {}",
            stopword_share(text, lang)
        );
    }
    assert!(stopword_share("Home News Sports Weather Video Contact", Lang::EN) < 0.01);
    assert_eq!(stopword_share("", Lang::EN), 0.0);
}

#[test]
fn short_texts_are_not_certain() {
    for text in ["OK", "Menu", "Ann", "Reply", "2020"] {
        assert!(detect(text).is_none_or(|(_, sure)| sure < 0.6), "{text}: {:?}", detect(text));
    }
    assert_eq!(detect(""), None);
    assert_eq!(detect("12:30"), None);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_detection(text in "\\PC{0,80}") {
        if let Some((_, sure)) = detect(&text) {
            proptest::prop_assert!((0.0..=1.0).contains(&sure));
        }
        let share = stopword_share(&text, Lang::EN);
        proptest::prop_assert!((0.0..=1.0).contains(&share));
        let _ = fold(&text);
    }
}
