//! Tables of phrases and of prose that must not look like them.

use super::*;

fn hits(text: &str) -> Hits {
    Lexicon::embedded().hits(text)
}

#[test]
fn phrases_are_found_where_their_signs_say() {
    let mut phrases = compile::Phrases::default();
    assert_eq!(phrases.add_file("# A remark.\n\nreply: =reply | one two three\nsays: says:$\n"), Ok(()));
    assert!(phrases.table().len() > 4);
    assert!(phrases.add_file("reply: a |  | b").is_err());
    assert!(phrases.add_file("nonsense: a").is_err());
    assert!(phrases.add_file("reply").is_err());
}

#[test]
fn classes_are_told_by_their_phrases() {
    use Class::*;
    for (text, class) in [
        ("Share this article", Share),
        ("Read also:", Related),
        ("Log in to reply", Login),
        ("23 comments", Comments),
        ("1,234 Comments", Comments),
        ("This comment has been removed by a moderator.", Tombstone),
        ("[deleted]", Tombstone),
        ("Leave a Reply", CommentForm),
        ("Reply", Reply),
        ("Ann says:", Says),
        ("Last edited by Ann on 14 June", Edited),
        ("Originally Posted by Ann", Quote),
        ("We use cookies to improve your experience", Consent),
        ("Page 2 of 7", Pagination),
        ("© 2020 Example. All rights reserved.", Legal),
        ("By Ann Smith", Byline),
        ("Please enable JavaScript to view this page", Shell),
        ("404 - Page not found", Error),
        ("Verify you are human", Challenge),
        ("PHOTO: Ann", MediaCredit),
    ] {
        assert!(hits(text).classes.contains(class), "{text}: {:?}", hits(text));
    }
}

/// One wording of each of six classes a language: related, login, comment form, tombstone, author says or reply, legal.
#[test]
fn every_language_knows_the_chrome_around_articles_and_comments() {
    use Class::*;
    const CLASSES: [&[Class]; 6] = [&[Related], &[Login], &[CommentForm], &[Tombstone], &[Says, Reply], &[Legal]];
    for (code, texts) in [
        (
            "en",
            [
                "You may also like",
                "You must be logged in to post a comment.",
                "Write a comment…",
                "Removed by a moderator",
                "Ann wrote:",
                "Privacy policy",
            ],
        ),
        (
            "de",
            [
                "Lesen Sie auch:",
                "Bitte melden Sie sich an",
                "Schreibe einen Kommentar",
                "Dieser Kommentar wurde gelöscht.",
                "Anna schrieb:",
                "Alle Rechte vorbehalten",
            ],
        ),
        (
            "fr",
            [
                "À lire aussi",
                "Connectez-vous pour commenter",
                "Laisser un commentaire",
                "Ce commentaire a été supprimé",
                "Anne a écrit :",
                "Mentions légales",
            ],
        ),
        (
            "es",
            [
                "Lea también",
                "Inicia sesión para comentar",
                "Deja un comentario",
                "Comentario eliminado por el moderador",
                "Ana dijo:",
                "Todos los derechos reservados",
            ],
        ),
        (
            "pt",
            [
                "Leia também",
                "Faça login para comentar",
                "Deixe um comentário",
                "Este comentário foi removido",
                "Ana disse:",
                "Política de privacidade",
            ],
        ),
        (
            "it",
            [
                "Leggi anche",
                "Accedi per commentare",
                "Lascia un commento",
                "Questo commento è stato rimosso",
                "Anna ha scritto:",
                "Tutti i diritti riservati",
            ],
        ),
        (
            "nl",
            [
                "Lees ook",
                "Log in om te reageren",
                "Laat een reactie achter",
                "Deze reactie is verwijderd",
                "Anna schreef:",
                "Alle rechten voorbehouden",
            ],
        ),
        (
            "sv",
            [
                "Läs också",
                "Logga in för att kommentera",
                "Lämna en kommentar",
                "Kommentaren har tagits bort",
                "Anna skrev:",
                "Integritetspolicy",
            ],
        ),
        (
            "da",
            [
                "Læs også",
                "Du skal være logget ind",
                "Skriv en kommentar",
                "Kommentaren er slettet",
                "Anna skrev:",
                "Alle rettigheder forbeholdes",
            ],
        ),
        (
            "no",
            [
                "Les også",
                "Du må være logget inn",
                "Legg igjen en kommentar",
                "Kommentaren er slettet",
                "Anna skrev:",
                "Personvernerklæring",
            ],
        ),
        (
            "fi",
            [
                "Lue myös",
                "Kirjaudu sisään kommentoidaksesi",
                "Kirjoita kommentti",
                "Kommentti on poistettu",
                "Anna kirjoitti:",
                "Tietosuojaseloste",
            ],
        ),
        (
            "pl",
            [
                "Czytaj także",
                "Zaloguj się, aby skomentować",
                "Dodaj komentarz",
                "Komentarz został usunięty",
                "Anna napisała:",
                "Wszelkie prawa zastrzeżone",
            ],
        ),
        (
            "cs",
            [
                "Čtěte také",
                "Musíte být přihlášeni",
                "Přidat komentář",
                "Komentář byl smazán",
                "Anna napsala:",
                "Všechna práva vyhrazena",
            ],
        ),
        (
            "sk",
            [
                "Čítajte aj",
                "Musíte sa prihlásiť",
                "Pridať komentár",
                "Komentár bol vymazaný",
                "Anna píše:",
                "Všetky práva vyhradené",
            ],
        ),
        (
            "uk",
            [
                "Читайте також",
                "Щоб залишити коментар, увійдіть",
                "Залишити коментар",
                "Коментар видалено модератором",
                "Анна пише:",
                "Усі права захищені",
            ],
        ),
        (
            "ru",
            [
                "Читайте также",
                "Войдите, чтобы оставить комментарий",
                "Оставить комментарий",
                "Комментарий удалён модератором",
                "Анна пишет:",
                "Все права защищены",
            ],
        ),
        (
            "be",
            [
                "Чытайце таксама",
                "Увайдзіце, каб каментаваць",
                "Пакінуць каментар",
                "Каментар выдалены",
                "Ганна піша:",
                "Усе правы абаронены",
            ],
        ),
        (
            "bg",
            [
                "Прочетете още",
                "Трябва да влезете",
                "Добави коментар",
                "Коментарът е изтрит",
                "Анна каза:",
                "Всички права запазени",
            ],
        ),
        (
            "sr",
            [
                "Прочитајте још",
                "Морате се пријавити",
                "Остави коментар",
                "Коментар је обрисан",
                "Ана каже:",
                "Сва права задржана",
            ],
        ),
        (
            "hr",
            [
                "Pročitajte i",
                "Morate biti prijavljeni",
                "Ostavi komentar",
                "Komentar je uklonjen",
                "Ana kaže:",
                "Sva prava pridržana",
            ],
        ),
        (
            "sl",
            [
                "Preberite tudi",
                "Morate biti prijavljeni",
                "Dodaj komentar",
                "Komentar je bil odstranjen",
                "Ana pravi:",
                "Vse pravice pridržane",
            ],
        ),
        (
            "hu",
            [
                "Olvassa el ezt is",
                "A hozzászóláshoz be kell jelentkezni",
                "Szólj hozzá!",
                "A hozzászólást törölték",
                "Anna írta:",
                "Minden jog fenntartva",
            ],
        ),
        (
            "ro",
            [
                "Citește și",
                "Trebuie să fii autentificat",
                "Lasă un comentariu",
                "Acest comentariu a fost șters",
                "Ana a spus:",
                "Toate drepturile rezervate",
            ],
        ),
        (
            "el",
            [
                "Διαβάστε επίσης",
                "Πρέπει να συνδεθείτε",
                "Αφήστε ένα σχόλιο",
                "Το σχόλιο διαγράφηκε",
                "Άννα έγραψε:",
                "Πολιτική απορρήτου",
            ],
        ),
        (
            "tr",
            [
                "İlgili haberler",
                "Yorum yapmak için giriş yapmalısınız",
                "Yorum yapın",
                "Bu yorum silinmiştir",
                "Ayşe yazdı:",
                "Tüm hakları saklıdır",
            ],
        ),
        (
            "ar",
            ["اقرأ أيضا", "يجب تسجيل الدخول", "اترك تعليقاً", "تم حذف هذا التعليق", "ليلى يقول:", "جميع الحقوق محفوظة"],
        ),
        (
            "fa",
            [
                "بیشتر بخوانید",
                "باید وارد شوید",
                "دیدگاهتان را بنویسید",
                "این نظر حذف شده",
                "پاسخ",
                "تمامی حقوق محفوظ است",
            ],
        ),
        ("he", ["קראו גם", "יש להתחבר כדי להגיב", "הוסף תגובה", "תגובה זו נמחקה", "דנה כתבה:", "כל הזכויות שמורות"]),
        (
            "hi",
            [
                "यह भी पढ़ें",
                "टिप्पणी करने के लिए लॉग इन करें",
                "टिप्पणी लिखें",
                "यह टिप्पणी हटा दी गई है",
                "जवाब दें",
                "सर्वाधिकार सुरक्षित",
            ],
        ),
        (
            "bn",
            ["আরও পড়ুন", "মন্তব্য করতে লগইন করুন", "মন্তব্য লিখুন", "মন্তব্যটি মুছে ফেলা হয়েছে", "উত্তর দিন", "সর্বস্বত্ব সংরক্ষিত"],
        ),
        ("th", ["ข่าวที่เกี่ยวข้อง", "กรุณาเข้าสู่ระบบ", "แสดงความคิดเห็น", "ความคิดเห็นนี้ถูกลบ", "ตอบกลับ", "สงวนลิขสิทธิ์"]),
        (
            "vi",
            [
                "Có thể bạn quan tâm",
                "Đăng nhập để bình luận",
                "Viết bình luận",
                "Bình luận này đã bị xóa",
                "Trả lời",
                "Chính sách bảo mật",
            ],
        ),
        (
            "id",
            [
                "Baca juga",
                "Anda harus login",
                "Tulis komentar",
                "Komentar ini telah dihapus",
                "Balas",
                "Hak cipta dilindungi",
            ],
        ),
        (
            "ko",
            ["관련 기사", "로그인이 필요합니다", "댓글 쓰기", "삭제된 댓글입니다", "답글", "무단 전재 및 재배포 금지"],
        ),
        (
            "ja",
            [
                "関連記事",
                "ログインしてください",
                "コメントを書く",
                "このコメントは削除されました",
                "返信する",
                "プライバシーポリシー",
            ],
        ),
        ("zh", ["相关阅读", "请先登录", "发表评论", "该评论已被删除", "回复", "版權所有"]),
        (
            "lt",
            [
                "Taip pat skaitykite",
                "Norėdami komentuoti, prisijunkite",
                "Rašyti komentarą",
                "Komentaras pašalintas",
                "Atsakyti",
                "Visos teisės saugomos",
            ],
        ),
        (
            "lv",
            [
                "Lasi arī",
                "Lai komentētu, pieslēdzies",
                "Pievienot komentāru",
                "Komentārs ir dzēsts",
                "Atbildēt",
                "Visas tiesības aizsargātas",
            ],
        ),
        (
            "et",
            [
                "Loe ka",
                "Kommenteerimiseks logi sisse",
                "Lisa kommentaar",
                "Kommentaar on kustutatud",
                "Vasta",
                "Kõik õigused kaitstud",
            ],
        ),
        (
            "ca",
            [
                "Llegeix també",
                "Heu d'iniciar la sessió",
                "Deixa un comentari",
                "Aquest comentari ha estat eliminat",
                "Anna ha dit:",
                "Tots els drets reservats",
            ],
        ),
        (
            "eu",
            [
                "Irakurri gehiago",
                "Saioa hasi behar duzu",
                "Utzi iruzkina",
                "Iruzkina ezabatu da",
                "Erantzun",
                "Eskubide guztiak erreserbatuta",
            ],
        ),
        (
            "gl",
            [
                "Le tamén",
                "Debes iniciar sesión",
                "Deixa un comentario",
                "Este comentario foi eliminado",
                "Responder",
                "Todos os dereitos reservados",
            ],
        ),
        (
            "ka",
            [
                "წაიკითხეთ ასევე",
                "უნდა გაიაროთ ავტორიზაცია",
                "დატოვე კომენტარი",
                "კომენტარი წაშლილია",
                "პასუხი",
                "ყველა უფლება დაცულია",
            ],
        ),
        (
            "hy",
            [
                "Կարդացեք նաև",
                "Մուտք գործել",
                "Թողնել մեկնաբանություն",
                "Մեկնաբանությունը ջնջված է",
                "Պատասխանել",
                "Բոլոր իրավունքները պաշտպանված են",
            ],
        ),
        (
            "kk",
            [
                "Тағы оқыңыз",
                "Жүйеге кіріңіз",
                "Пікір қалдыру",
                "Пікір өшірілді",
                "Жауап беру",
                "Барлық құқықтар қорғалған",
            ],
        ),
    ] {
        for (text, classes) in texts.iter().zip(CLASSES) {
            assert!(hits(text).classes.contains_any(classes), "{code}: {text}: {:?}", hits(text));
        }
    }
}

#[test]
fn prose_is_left_alone() {
    for text in [
        "He had to share the news with his brother, who would reply only after the next search of the old home.",
        "The comments that he made were published by the paper in 1999, and the tags on the parcels told where it came from.",
        "She was standing by the window while they had lunch at home.",
    ] {
        assert!(hits(text).classes.is_empty(), "{text}: {:?}", hits(text));
    }
}

#[test]
fn cover_and_whole_say_how_much_of_the_text_is_phrases() {
    assert_eq!(hits("Share").cover, 1.0);
    assert!(hits("Reply").whole.contains(Class::Reply));
    assert!(hits("12 Comments").whole.contains(Class::Comments));
    let part = hits("Ann says:");
    assert!(!part.whole.contains(Class::Says) && part.cover > 0.3 && part.cover < 0.8, "{part:?}");
    assert_eq!(hits(""), Hits::default());
    assert_eq!(hits("— … —"), Hits::default());
}

#[test]
fn prefixes_and_suffixes_are_cut_off() {
    let lexicon = Lexicon::embedded();
    assert_eq!(lexicon.strip_prefix(Class::Byline, "By Ann Smith"), Some("Ann Smith"));
    assert_eq!(lexicon.strip_prefix(Class::Byline, "Written by: Ann"), Some("Ann"));
    assert_eq!(lexicon.strip_prefix(Class::Byline, "Ann by"), None);
    assert_eq!(lexicon.strip_suffix(Class::Says, "Ann Smith says:"), Some("Ann Smith"));
    assert_eq!(lexicon.strip_suffix(Class::Says, "Ann Smith"), None);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_lexicon(text in "(share|reply|by|says:|[0-9.,]{1,4}| |コメント|댓글|\\PC){0,200}") {
        let found = hits(&text);
        proptest::prop_assert!((0.0..=1.0).contains(&found.cover));
        for found in Lexicon::embedded().matches(&text) {
            proptest::prop_assert!(!text[found.range].is_empty());
        }
        for &class in Class::ALL {
            let _ = (Lexicon::embedded().strip_prefix(class, &text), Lexicon::embedded().strip_suffix(class, &text));
        }
    }
}
