//! Streams of several documents, each with a promise of its own.

use super::*;

#[test]
fn proves_documents_one_by_one() {
    let before = format!("{WEB}---\nservices:\n  web:\n    user: a\n---\n");
    let after = format!("{BLOCK}{HARD_WEB}---\nservices:\n  web:\n    user: a\n---\n");
    let nothing = DocumentPromise::default();
    let mut promised = promise(&[("web", &KEYS)]);
    promised.documents.extend([nothing.clone(), nothing]);
    assert_eq!(verdict(&before, &after, &promised), Verdict::Proved);
    let changed = verdict(&before, &after.replace("user: a", "user: b"), &promised);
    assert!(
        matches!(changed, Verdict::Doubted(Doubt::Differs { place: DocumentPlace::Document(2), .. })),
        "{changed:?}"
    );
    promised.documents.pop();
    let count = Doubt::DocumentCount { promised: 2, before: 3, after: 3 };
    assert_eq!(verdict(&before, &after, &promised), Verdict::Doubted(count));
}

#[test]
fn doubts_a_document_that_is_added_or_lost() {
    let (one, two) = (format!("{BLOCK}{HARD_WEB}"), format!("{BLOCK}{HARD_WEB}---\nname: x\n"));
    let promised = promise(&[("web", &KEYS)]);
    let count = Doubt::DocumentCount { promised: 1, before: 1, after: 2 };
    assert_eq!(verdict(WEB, &two, &promised), Verdict::Doubted(count));
    let count = Doubt::DocumentCount { promised: 1, before: 2, after: 1 };
    assert_eq!(verdict(&format!("{WEB}---\nname: x\n"), &one, &promised), Verdict::Doubted(count));
}

#[test]
fn a_document_without_promise_may_not_gain_from_another() {
    let before = "services:\n  web: &web\n    image: nginx\nx-copy: *web\n---\nservices:\n  api: *web\n";
    let after = before.replace("    image", "    <<: *hardening\n    image");
    let mut promised = promise(&[("web", &KEYS)]);
    promised.documents.push(DocumentPromise::default());
    let verdict = verdict(before, &format!("{BLOCK}{after}"), &promised);
    assert!(
        matches!(verdict, Verdict::Doubted(Doubt::Differs { place: DocumentPlace::Document(2), .. })),
        "{verdict:?}"
    );
}

#[test]
fn proves_services_that_merge_the_block_of_an_earlier_document() {
    let before = "name: p\n---\nservices:\n  web:\n    image: nginx\n";
    let after = format!("{BLOCK}{}", before.replace("    image", "    <<: *hardening\n    image"));
    let mut promised = promise(&[]);
    promised.documents.push(document(&[("web", &KEYS)]));
    assert_eq!(verdict(before, &after, &promised), Verdict::Proved);
    let inserted = promised.documents[1].block.as_mut().unwrap();
    inserted.inserted = None;
    assert_eq!(verdict(before, &after, &promised), Verdict::Proved);
    promised.documents[0] = DocumentPromise::default();
    let not_promised = verdict(before, &after, &promised);
    assert!(
        matches!(not_promised, Verdict::Doubted(Doubt::Differs { place: DocumentPlace::Document(1), .. })),
        "{not_promised:?}"
    );
}

#[test]
fn doubts_a_block_of_a_later_document() {
    let before = "services:\n  web: {}\n---\nname: p\n";
    let after = format!("services:\n  web: {{}}\n---\n{BLOCK}name: p\n");
    let mut promised = promise(&[]);
    promised.documents[0].block.as_mut().unwrap().document = 1;
    promised.documents.push(document(&[]));
    let place = DocumentPlace::Entry(1, "x-common-hardening-opts".to_owned());
    let doubt = Doubt::Differs { place, mismatch: Mismatch::NoBlock };
    assert_eq!(verdict(before, &after, &promised), Verdict::Doubted(doubt));
}

#[test]
fn doubts_a_change_of_form_where_nothing_is_promised() {
    let before = "x-base: &base\n  image: nginx\nservices:\n  web: *base\n";
    let promised = Promise::unchanged(1);
    assert_eq!(verdict(before, before, &promised), Verdict::Proved);
    let wrapped = verdict(before, &before.replace("web: *base", "web: {<<: [*base]}"), &promised);
    assert!(
        matches!(wrapped, Verdict::Doubted(Doubt::Differs { place: DocumentPlace::Document(1), .. })),
        "{wrapped:?}"
    );
}
