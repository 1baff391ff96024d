//! The roll: files as offices have them, looked at, entered once, and out again.

use reqwest::Method;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use server::demo::accounts::PASSWORD;
use shared::{
    command::Enrolled,
    invitation::Invitation,
    problem::Code,
    resident::Resident,
    roll::{Column, Imported, Preview, Progress},
};
use tests::{
    harness::{DEMO, Phone, TestApp, person, problem, read, rows},
    workbook::{Sheet, texts, workbook as workbook_of},
};

const ROLL: &str = "/api/v1/offices/1/roll";

async fn head(app: &TestApp) -> Phone<'_> {
    app.signed_in("head.jelutung").await
}

async fn look(head: &Phone<'_>, query: &str, file: Vec<u8>) -> Preview {
    let request = head.request(Method::POST, &format!("{ROLL}/preview{query}"));
    read(request.body(file).send().await.unwrap()).await
}

/// Every step that was told, the last of them apart.
async fn enter(head: &Phone<'_>, query: &str, file: Vec<u8>) -> (Vec<Progress>, Imported) {
    let request = head.request(Method::POST, &format!("{ROLL}{query}"));
    let answer = request.body(file).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    let mut steps: Vec<Progress> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let Some(Progress::Done { imported }) = steps.pop() else {
        panic!("not entered: {text}");
    };
    (steps, imported)
}

/// A list of people who are on nobody's roll, with semicolons.
fn list(people: usize) -> String {
    let kelurahan = &DEMO.office().kelurahan[0].name;
    let mut list = "NO;NIK;NAMA LENGKAP;TGL LAHIR;JK;RT/RW;KELURAHAN\n".to_owned();
    for n in 1..=people {
        list += &format!(
            "{n};157108120590{:04};Warga Contoh;12-05-1990;L;003/001;{kelurahan}\n",
            7_000 + n
        );
    }
    list
}

#[tokio::test]
async fn a_list_is_looked_at_entered_and_changes_nothing_the_second_time() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let before = rows::<Resident>(&head.pull_all().await).len();
    let seen = look(&head, "", list(30).into()).await;
    assert_eq!((seen.lines, seen.new, seen.wrong), (30, 30, 0));
    assert_eq!((seen.due_now, seen.missing.len()), (30, 0));
    assert_eq!(seen.sample[0][1], "1571081205907001");
    assert_eq!(rows::<Resident>(&head.pull_all().await).len(), before);

    let (steps, done) = enter(&head, "", list(30).into()).await;
    let reached = [
        Progress::Reading,
        Progress::Comparing { people: 30 },
        Progress::Saving { people: 30 },
    ];
    assert_eq!(steps, reached);
    assert_eq!(done.enrolled.entered, 30);
    let pulled = head.pull_all().await;
    assert_eq!(rows::<Resident>(&pulled).len(), before + 30);
    let invited = rows::<Invitation>(&pulled);
    let new = rows::<Resident>(&pulled);
    let new = new.iter().filter(|r| r.name.as_str() == "Warga Contoh");
    assert!(new.clone().count() == 30);
    for resident in new {
        assert!(invited.iter().any(|i| i.resident == resident.id));
    }

    let (_, again) = enter(&head, "", list(30).into()).await;
    let same = Enrolled {
        same: 30,
        ..Enrolled::default()
    };
    assert_eq!(again.enrolled, same);
    assert_eq!(head.pull_all().await.changes.len(), pulled.changes.len());
}

#[tokio::test]
async fn a_list_in_any_spelling_is_the_same_list() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let list = list(3).replace("Warga Contoh", "Renée d'Água");
    let utf16 = |text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        let mut all = mark.to_vec();
        all.extend(text.encode_utf16().flat_map(bytes));
        all
    };
    let latin = list.chars().map(|c| u8::try_from(u32::from(c)).unwrap());
    let spellings = [
        list.clone().into_bytes(),
        format!("\u{feff}{}", list.replace('\n', "\r\n")).into_bytes(),
        list.replace(';', ",").into_bytes(),
        list.replace(';', "\t").into_bytes(),
        latin.collect(),
        utf16(&list, [0xFF, 0xFE], u16::to_le_bytes),
        utf16(&list, [0xFE, 0xFF], u16::to_be_bytes),
        format!("DAFTAR WAJIB KTP;;;;;;\n;;;;;;\n{list}").into_bytes(),
    ];
    let (_, first) = enter(&head, "", spellings[0].clone()).await;
    assert_eq!(first.enrolled.entered, 3);
    for (n, file) in spellings.into_iter().enumerate() {
        let seen = look(&head, "", file).await;
        assert_eq!(
            (seen.same, seen.new, seen.changed),
            (3, 0, 0),
            "spelling {n}"
        );
    }
}

/// A workbook as a kelurahan sends it: a title over the heads, one family card over two lines, a
/// formula, a NIK that the spreadsheet has rounded, the same NIK for two people.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Keterangan").unwrap();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    sheet
        .merge_range(0, 0, 0, 6, "DAFTAR PENDUDUK", &plain)
        .unwrap();
    let heads = ["NIK", "NO KK", "NAMA", "TGL LAHIR", "JK", "DESA", "CATATAN"];
    for (column, head) in (0..).zip(heads) {
        sheet.write_string(2, column, head).unwrap();
    }
    let kelurahan = DEMO.office().kelurahan[1].name.clone();
    let born = ExcelDateTime::from_ymd(1990, 5, 12).unwrap();
    for (row, nik, name) in [
        (3, "1571081205908001", "Ibu Satu"),
        (4, "1571081205908002", "Anak Dua"),
        (6, "1571081205908003", "Orang Tiga"),
        (7, "1571081205908003", "Orang Lain"),
    ] {
        sheet.write_string(row, 0, nik).unwrap();
        sheet.write_string(row, 2, name).unwrap();
        sheet
            .write_datetime_with_format(row, 3, &born, &day)
            .unwrap();
        sheet.write_string(row, 4, "P").unwrap();
        sheet
            .write_formula(
                row,
                5,
                rust_xlsxwriter::Formula::new("=\"x\"").set_result(&kelurahan),
            )
            .unwrap();
    }
    sheet
        .merge_range(3, 1, 4, 1, "1571081203150042", &plain)
        .unwrap();
    sheet.write_number(8, 0, 1_571_081_205_908_000.0).unwrap();
    sheet.write_string(8, 2, "Angka Bulat").unwrap();
    sheet.write_string(8, 5, &kelurahan).unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_workbook_with_a_title_merged_cells_and_formulas_is_read() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let seen = look(&head, "", workbook()).await;
    assert_eq!((seen.lines, seen.new, seen.wrong), (5, 2, 3));
    let told: Vec<_> = seen
        .errors
        .iter()
        .map(|e| (e.line, e.column, e.code.as_str()))
        .collect();
    let expected = [
        (7, Column::Nik, "nik_twice"),
        (8, Column::Nik, "nik_twice"),
        (9, Column::Nik, "nik_lost_digits"),
    ];
    assert_eq!(told, expected);
    let (_, done) = enter(&head, "", workbook()).await;
    assert_eq!((done.enrolled.entered, done.wrong), (2, 3));
    // The head sees no family cards: the list that goes out has them.
    let out = head.get(ROLL).await.text().await.unwrap();
    let cards = out.matches("'1571081203150042").count();
    assert_eq!(cards, 2, "one card over two lines is the card of both");
}

#[tokio::test]
async fn a_sheet_for_each_kelurahan_is_entered_one_by_one() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let list = |name: &str| texts(&[&["NAMA", "RT"], &[name, "1"], &["Ani Contoh", "2"]]);
    let sheets = [
        Sheet::new("Satu", list("Budi Contoh")),
        Sheet::new("Dua Tiga", list("Dian Contoh")),
    ];
    let file = workbook_of(&sheets, None);
    let seen = look(&head, "", file.clone()).await;
    assert!(seen.asks_sheet);
    assert_eq!(
        (seen.sheet, seen.sheets[1].name.as_str()),
        (Some(0), "Dua Tiga")
    );
    let code = DEMO.office().kelurahan[0].code.clone();
    let all_of = format!("?all_of={}", code.as_str());
    let request = head.request(Method::POST, &format!("{ROLL}{all_of}"));
    let (status, told) = problem(request.body(file.clone()).send().await.unwrap()).await;
    assert_eq!((status, told.code), (400, Code::SheetUnsaid));
    let query = format!("{all_of}&sheet=Dua%20Tiga");
    assert!(!look(&head, &query, file.clone()).await.asks_sheet);
    let (_, done) = enter(&head, &query, file.clone()).await;
    assert_eq!(done.enrolled.entered, 2);
    let pulled = rows::<Resident>(&head.pull_all().await);
    assert!(pulled.iter().any(|r| r.name.as_str() == "Dian Contoh"));
    assert!(pulled.iter().all(|r| r.name.as_str() != "Budi Contoh"));
    let request = head.request(Method::POST, &format!("{ROLL}/preview?sheet=Empat"));
    let (status, told) = problem(request.body(file).send().await.unwrap()).await;
    assert_eq!((status, told.code), (400, Code::SheetUnknown));
}

/// Entered, changed and the same of a list without a separate check.
async fn done(head: &Phone<'_>, list: &str) -> (u32, u32, u32) {
    let kelurahan = &DEMO.office().kelurahan[0].name;
    let list = list.replace("JLT", kelurahan);
    let seen = look(head, "", list.clone().into()).await;
    let (_, done) = enter(head, "", list.into()).await;
    let Enrolled {
        entered,
        changed,
        same,
        ..
    } = done.enrolled;
    assert_eq!(
        (seen.new, seen.changed, seen.same),
        (entered, changed, same)
    );
    assert_eq!((seen.hints, done.wrong), (done.hints, 0));
    (entered, changed, same)
}

#[tokio::test]
async fn people_without_a_nik_are_neither_lost_nor_doubled() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let one = "NAMA;TGL LAHIR;RT;RW;KEL\nBudi Contoh;;1;1;JLT\nAni Contoh;12-05-1990;1;1;JLT\n";
    assert_eq!(done(&head, one).await, (2, 0, 0));
    assert_eq!(done(&head, one).await, (0, 0, 2), "the same list again");
    let two = "NAMA;TGL LAHIR;RT;RW;KEL\nBudi Contoh;;2;1;JLT\nBudi Contoh;;1;1;JLT\n";
    assert_eq!(done(&head, two).await, (1, 0, 1), "of one name in two RT");
    let with_nik = "NIK;NAMA;TGL LAHIR;RT;RW;KEL\n\
        1571085205907001;Ani Contoh;12-05-1990;1;1;JLT\n\
        1571081205907002;Budi Contoh;12-05-1990;2;1;JLT\n";
    assert_eq!(
        done(&head, with_nik).await,
        (0, 2, 0),
        "the NIK is new, the person is not"
    );
    assert_eq!(done(&head, with_nik).await, (0, 0, 2));
    assert_eq!(done(&head, one).await, (0, 0, 2), "and a list without it");
    let pulled = head.pull_all().await;
    let people = rows::<Resident>(&pulled);
    let people: Vec<_> = people
        .iter()
        .filter(|r| r.name.as_str().ends_with(" Contoh"))
        .collect();
    assert_eq!(people.len(), 3);
}

#[tokio::test]
async fn what_is_not_taken_of_a_person_is_said_once_a_kind() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let list = "NAMA;NO HP;RT/RW;KEL\n\
        Satu Contoh;0741-123456;000/000;JLT\n\
        Dua Contoh;0741-999999;3/1;JLT\n\
        O;-;3/1;JLT\n";
    assert_eq!(done(&head, list).await, (3, 0, 0));
    let kelurahan = &DEMO.office().kelurahan[0].name;
    let seen = look(&head, "", list.replace("JLT", kelurahan).into()).await;
    let hints = seen.hints.iter();
    let hints: Vec<_> = hints
        .map(|h| (h.column, h.code.as_str(), h.lines, h.first))
        .collect();
    let expected = [
        (Column::RtRw, "left_blank", 1, 2),
        (Column::Phone, "left_blank", 1, 4),
        (Column::Phone, "phone_not_mobile", 2, 2),
    ];
    assert_eq!(hints, expected);
}

#[tokio::test]
async fn what_columns_mean_can_be_said() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let file = "A;B\nWarga Satu;1571081205907001\nWarga Dua;1571081205907002\n";
    let seen = look(&head, "", file.into()).await;
    assert_eq!(seen.missing, [Column::Name, Column::Kelurahan]);
    let request = head.request(Method::POST, ROLL).body(file);
    let (status, told) = problem(request.send().await.unwrap()).await;
    assert_eq!((status, told.code), (400, Code::ColumnsMissing));
    let code = DEMO.office().kelurahan[0].code.clone();
    let query = format!("?columns=name,nik&all_of={}", code.as_str());
    let (_, done) = enter(&head, &query, file.into()).await;
    assert_eq!(done.enrolled.entered, 2);
    let request = head.request(Method::POST, &format!("{ROLL}/preview?columns=nama"));
    let (status, told) = problem(request.body(file).send().await.unwrap()).await;
    assert_eq!((status, told.code), (400, Code::Malformed));
}

#[tokio::test]
async fn what_goes_out_comes_in_again_unchanged() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let out = head.get(ROLL).await.bytes().await.unwrap();
    let people = rows::<Resident>(&head.pull_all().await).len();
    let seen = look(&head, "", out.to_vec()).await;
    assert_eq!(seen.same as usize, people);
    assert_eq!((seen.new, seen.changed, seen.wrong), (0, 0, 0));
}

#[tokio::test]
async fn who_moved_is_followed_and_who_gave_a_number_keeps_it() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let known = person(0);
    let other = DEMO
        .office()
        .kelurahan
        .into_iter()
        .find(|k| Some(&k.code) != known.kelurahan.as_ref())
        .unwrap();
    let file = format!(
        "NIK;NAMA;KELURAHAN\n{};{};{}\n",
        known.nik.as_ref().unwrap().as_str(),
        known.name.as_str(),
        other.name
    );
    let (_, done) = enter(&head, "", file.into()).await;
    assert_eq!((done.enrolled.changed, done.enrolled.entered), (1, 0));
    let pulled = head.pull_all().await;
    let moved = rows::<Resident>(&pulled);
    let moved = moved
        .iter()
        .find(|r| r.name == known.name && r.kelurahan.as_ref() == Some(&other.code))
        .unwrap();
    let invitation = rows::<Invitation>(&pulled);
    let own = invitation.iter().find(|i| i.resident == moved.id).unwrap();
    assert_eq!(own.kelurahan.as_ref(), Some(&other.code));
}

#[tokio::test]
async fn what_is_no_list_is_refused_in_words() {
    let app = TestApp::start().await;
    let head = head(&app).await;
    let mut torn = workbook();
    torn.truncate(torn.len() / 2);
    for (file, status, code) in [
        (vec![0x89, b'P', b'N', b'G', 0, 1, 2], 400, Code::FileKind),
        (vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1], 400, Code::FileOld),
        (torn, 400, Code::FileDamaged),
        (b"PK\x03\x04".to_vec(), 400, Code::FileDamaged),
        (Vec::new(), 400, Code::FileEmpty),
        (b"NIK;NAMA;KELURAHAN\n".to_vec(), 400, Code::FileEmpty),
        (vec![b'x'; 25 * 1024 * 1024], 413, Code::TooLarge),
    ] {
        for path in [ROLL.to_owned(), format!("{ROLL}/preview")] {
            let size = file.len();
            let request = head.request(Method::POST, &path).body(file.clone());
            let answer = problem(request.send().await.unwrap()).await;
            assert_eq!((answer.0, answer.1.code), (status, code), "{size} bytes");
        }
    }
}

#[tokio::test]
async fn the_roll_is_for_heads_and_admins_of_the_office() {
    let app = TestApp::start().await;
    for (who, expected) in [
        ("operator.jelutung", Code::NotAllowed),
        ("head.samarinda", Code::OtherOffice),
    ] {
        let mut phone = app.phone();
        phone.sign_in(who, PASSWORD).await.unwrap();
        let (status, told) = problem(phone.get(ROLL).await).await;
        assert_eq!((status, told.code), (403, expected), "{who}");
        for path in [ROLL.to_owned(), format!("{ROLL}/preview")] {
            let request = phone.request(Method::POST, &path).body(list(1));
            let (status, told) = problem(request.send().await.unwrap()).await;
            assert_eq!((status, told.code), (403, expected), "{who}");
        }
    }
    let (status, _) = problem(app.get(ROLL).await).await;
    assert_eq!(status, 401);
}
