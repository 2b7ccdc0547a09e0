//! Files over one another: what each says, and where the hardening goes.

use super::hardening::Relation;
use super::{assert_hardened, assert_refused};

const WEB: &str = "services:\n  web:\n    image: a\n";
const HARD_WEB: &str = "#block\nservices:\n  web:\n    <<: *hardening\n    image: a\n";

/// An override file with these lines in the service.
fn over(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("services:\n  web:\n{}", lines.concat())
}

#[test]
fn keys_without_a_value_keep_what_earlier_files_set() {
    let over = over(&["user:", "runtime: null", "cap_drop: ~", "security_opt:"]);
    assert_hardened(&[WEB, &over], Relation::Layers, &[HARD_WEB, "="]);
}

#[test]
fn a_list_that_replaces_the_earlier_one_may_repeat_its_items() {
    let over = over(&["security_opt: !override [no-new-privileges=true]"]);
    assert_hardened(&[WEB, &over], Relation::Layers, &[HARD_WEB, "="]);
}

#[test]
fn a_pin_keeps_the_item_that_a_later_file_repeats_off_the_base() {
    let pinned = HARD_WEB.replace("    image", "    security_opt: []\n    image");
    let over = over(&["security_opt: [no-new-privileges=true]"]);
    assert_hardened(&[WEB, &over], Relation::Layers, &[&pinned, "="]);
}

#[test]
fn an_item_of_another_list_is_not_repeated() {
    let over = over(&["security_opt: [y]", "cap_drop: [no-new-privileges=true]"]);
    assert_hardened(&[WEB, &over], Relation::Layers, &[HARD_WEB, "="]);
}

#[test]
fn an_item_of_a_merged_list_that_another_one_replaces_is_not_repeated() {
    let repeating = "{security_opt: [no-new-privileges=true]}";
    for lines in [
        &[format!("<<: {repeating}").as_str(), "security_opt: [y]"][..],
        &["security_opt: []", &format!("<<: {repeating}")],
        &[&format!("<<: [{{security_opt: [y]}}, {repeating}]")],
        &[&format!("<<: {{<<: {repeating}, security_opt: [y]}}")],
    ] {
        assert_hardened(&[WEB, &over(lines)], Relation::Layers, &[HARD_WEB, "="]);
    }
    let pinned = HARD_WEB.replace("    image", "    security_opt: []\n    image");
    let over = over(&[&format!("<<: [{{cap_drop: [y]}}, {repeating}]")]);
    assert_hardened(&[WEB, &over], Relation::Layers, &[&pinned, "="]);
}

#[test]
fn an_item_that_a_variable_may_repeat_is_refused() {
    let words = "c.yaml:2: service `web` may get the same item of `security_opt` from two layers, depending on a variable, and Docker Compose rejects that";
    let last = over(&["security_opt: [\"no-new-privileges=${NNP:-true}\"]"]);
    assert_refused(&[WEB, &over(&["tty: true"]), &last], Relation::Layers, words);
    let other = over(&["security_opt: [\"seccomp=${PROFILE}\"]"]);
    assert_hardened(&[WEB, &other], Relation::Layers, &[HARD_WEB, "="]);
}

#[test]
fn an_item_that_only_a_third_file_repeats_is_refused() {
    let words = "c.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    let last = over(&["security_opt: [no-new-privileges=true]"]);
    assert_refused(&[WEB, &over(&["tty: true"]), &last], Relation::Layers, words);
}

const RUNTIME_BLOCK: &str = "x-common-hardening-opts: &hardening\n  runtime: r\n";

/// A base that sets `option` and gains the runtime, and a last file whose service merges one that gains `block`.
fn late(option: &str, block: &str) -> [String; 2] {
    let base = format!("{RUNTIME_BLOCK}services:\n  web:\n    image: a\n    {option}\n");
    let services = "services:\n  tpl: &t\n    image: b\n  web:\n    <<: *t\n";
    [base, format!("x-common-hardening-opts: &hardening\n  {block}\n{services}")]
}

#[test]
fn refuses_hardening_that_a_later_file_brings_over_what_an_earlier_one_sets() {
    for (option, block) in [("user: x", "user: u"), ("cap_drop: []", "cap_drop: [ALL]")] {
        let [base, last] = late(option, block);
        let words = |file| {
            format!(
                "{file}:6: service `web` would get the hardening here too, through what it merges, in a layer over one in \
                 `/p/compose.yaml`"
            )
        };
        assert_refused(&[&base, &last], Relation::Layers, &words("b.yaml"));
        for middle in [over(&["tty: true"]), over(&[option])] {
            assert_refused(&[&base, &middle, &last], Relation::Layers, &words("c.yaml"));
        }
    }
}

#[test]
fn hardens_by_a_later_file_what_one_between_removes() {
    let [base, last] = late("user: x", "user: u");
    let hard = |text: &str, image: &str| {
        text.replace(&format!("    {image}"), &format!("    <<: *hardening\n    {image}"))
    };
    assert_hardened(
        &[&base, &over(&["user: !reset null"]), &last],
        Relation::Layers,
        &[&hard(&base, "image: a"), "=", &hard(&last, "image: b")],
    );
}

#[test]
fn a_list_that_is_added_to_may_be_replaced_or_removed_behind() {
    for last in ["cap_drop: !override [Y]", "cap_drop: !reset []"] {
        let files = [WEB, &over(&["cap_drop: [X]"]), &over(&[last])];
        assert_hardened(&files, Relation::Layers, &[HARD_WEB, "=", "="]);
    }
}

#[test]
fn refuses_hardening_by_a_template_over_a_value_of_what_is_extended() {
    let text = "services:\n  tpl: &t\n    image: t\n  base:\n    image: a\n    user: x\n  web:\n    <<: *t\n    extends: base\n";
    let words = "compose.yaml:7: service `web` would get the hardening here too, through what it merges, in a layer over one in \
                 `/p/compose.yaml`";
    assert_refused(&[text], Relation::First, words);
}

#[test]
fn refuses_a_repeated_item_of_the_block_that_the_base_has_whatever_lies_between() {
    let base = format!("x-common-hardening-opts: &hardening\n  security_opt: [x]\n{WEB}");
    let words = "c.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    let last = over(&["security_opt: [x]"]);
    for between in [over(&["tty: true"]), extending(&["tty: true"])] {
        assert_refused(&[&base, &between, &last], Relation::Layers, words);
    }
}

#[test]
fn refuses_what_a_later_file_extends_over_what_an_earlier_one_sets() {
    for (option, block) in
        [("user: x", "user: u"), ("cap_drop: []", "cap_drop: [ALL]"), ("tty: true", "runtime: s")]
    {
        let [base, last] = late(option, block);
        let last = last.replace("    <<: *t\n", "    extends: mid\n  mid:\n    <<: *t\n");
        let words = "b.yaml:8: service `mid` would get the hardening here too, through what it merges, in a layer over one in \
                     `/p/compose.yaml`";
        assert_refused(&[&base, &last], Relation::Layers, words);
    }
    let [base, last] = late("tty: true", "cap_drop: [ALL]");
    let base = base.replace("runtime: r", "cap_drop: [X]");
    let last = last.replace("    <<: *t\n", "    extends: mid\n  mid:\n    <<: *t\n");
    let words = "c.yaml:8: service `mid` would get the hardening here too, through what it merges, in a layer over one in \
                 `/p/compose.yaml`";
    assert_refused(&[&base, &over(&["cap_drop: [Y]"]), &last], Relation::Layers, words);
}

/// An override file whose service extends another one, and has these lines.
fn extending(lines: &[&str]) -> String {
    format!("{}  tpl:\n    image: t\n", over(&[&["extends: tpl"], lines].concat()))
}

#[test]
fn a_later_file_that_extends_may_add_to_a_list_but_not_repeat_an_item_of_the_block() {
    let added = extending(&["security_opt: [y]"]);
    assert_hardened(&[WEB, &added], Relation::Layers, &[HARD_WEB, "="]);
    let words = "b.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    let repeated = extending(&["security_opt: [no-new-privileges=true]"]);
    assert_refused(&[WEB, &repeated], Relation::Layers, words);
    let base = format!("{WEB}    security_opt: [x]\n");
    let hard = format!("{HARD_WEB}    security_opt: [x]\n");
    assert_hardened(&[&base, &repeated], Relation::Layers, &[&hard, "="]);
}

#[test]
fn what_a_file_that_extends_sets_is_kept_against_later_files() {
    let [base, last] = late("tty: true", "user: u");
    let words = "c.yaml:6: service `web` would get the hardening here too, through what it merges, in a layer over one in \
                 `/p/compose.yaml`";
    assert_refused(&[&base, &extending(&["user: x"]), &last], Relation::Layers, words);
    let base = base.replace("tty: true", "user: x");
    let between = extending(&["tty: true"]);
    let setting = format!("{between}    user: y\n").replace("tpl", "mid");
    for between in [between, setting] {
        assert_refused(&[&base, &between, &last], Relation::Layers, words);
    }
}

#[test]
fn what_an_earlier_file_adds_to_a_list_stays_added_under_one_that_extends() {
    let files = [WEB, &over(&["cap_drop: [X]"]), &extending(&["tty: true"])];
    assert_hardened(&files, Relation::Layers, &[HARD_WEB, "=", "="]);
    let files = [WEB, &over(&["cap_drop: [X]"]), &extending(&["cap_drop: [Y]"])];
    assert_hardened(&files, Relation::Layers, &[HARD_WEB, "=", "="]);
}

const NNP: &str = "security_opt: [no-new-privileges=true]";

#[test]
fn an_item_may_be_repeated_behind_a_list_that_makes_up_for_a_pin() {
    let pinned = HARD_WEB.replace("    image", "    security_opt: []\n    image");
    let files = [WEB, &over(&["security_opt: [y]"]), &over(&[NNP])];
    assert_hardened(&files, Relation::Layers, &[&pinned, "=", "="]);
}

#[test]
fn an_item_behind_a_list_that_replaces_the_hardening_is_no_repetition() {
    let files = [WEB, &over(&["security_opt: [y]"]), &over(&["security_opt: !override [z]"]), &over(&[NNP])];
    assert_hardened(&files, Relation::Layers, &[HARD_WEB, "=", "=", "="]);
    let replacing = over(&["security_opt: !override [no-new-privileges=true]"]);
    let files = [WEB, &over(&["security_opt: [y]"]), &replacing];
    assert_hardened(&files, Relation::Layers, &[HARD_WEB, "=", "="]);
}

#[test]
fn a_base_is_not_pinned_where_a_variant_would_lose_the_item() {
    let words = "b.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    assert_refused(&[WEB, &over(&[NNP]), &over(&["security_opt: [y]"])], Relation::Variants, words);
}

#[test]
fn a_hardened_child_with_a_list_of_its_own_lets_what_it_extends_be_hardened() {
    let block = "x-common-hardening-opts: &hardening\n  security_opt: [x]\n  cap_drop: [ALL]\n  user: u\n";
    let base = "services:\n  base:\n    image: a\n    cap_drop: [X]\n";
    let web = "  web:\n    <<: *hardening\n    extends: base\n    cap_drop: [Y]\n";
    let hard_base = base.replace("    image", "    <<: *hardening\n    image");
    let pinned = web.replace("    <<", "    security_opt: []\n    <<");
    assert_hardened(
        &[&format!("{block}{base}{web}")],
        Relation::First,
        &[&format!("{block}{hard_base}{pinned}")],
    );
}

#[test]
fn a_base_that_is_a_project_by_itself_is_not_pinned() {
    let words = "b.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    assert_refused(&[WEB, &over(&[NNP])], Relation::Variants, words);
}

#[test]
fn a_service_whose_mapping_is_used_elsewhere_or_empty_has_no_room_for_a_pin() {
    let words = "b.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    for base in [
        "services:\n  web: &web\n    image: a\n  other:\n    <<: *web\n    tty: true\n",
        "x-t: &t\n  image: a\nservices:\n  web: *t\n",
        "x-t: &t\n  a: b\nservices:\n  web: &web\n    image: a\n  other:\n    <<: *web\n    tty: true\n",
        "services:\n  web: {}\n",
    ] {
        assert_refused(&[base, &over(&["image: b", NNP])], Relation::Layers, words);
    }
}

#[test]
fn a_service_whose_name_has_an_anchor_has_room_for_a_pin() {
    let base = "services:\n  &web web:\n    image: a\n";
    let pinned = base.replace("    image", "    <<: *hardening\n    security_opt: []\n    image");
    assert_hardened(&[base, &over(&[NNP])], Relation::Layers, &[&format!("#block\n{pinned}"), "="]);
}

#[test]
fn refuses_a_file_that_two_others_include_unless_it_has_its_hardening_already() {
    let including = |what: &str| format!("include: [{what}]\n");
    let [main, two] = [including("b.yaml, c.yaml"), including("sub/d.yaml")];
    let words = "d.yaml:2: service `web` comes from this file twice, because two others include it";
    assert_refused(&[&main, &two, &two, WEB], Relation::First, words);
    assert_hardened(&[&main, &two, &two, HARD_WEB], Relation::First, &["="; 4]);
}

#[test]
fn a_file_that_is_included_once_may_be_extended_as_well() {
    let main = "include: [b.yaml]\nservices:\n  replica:\n    extends: {file: b.yaml, service: web}\n";
    assert_hardened(&[main, WEB], Relation::First, &["=", HARD_WEB]);
    let twice = main.replace("[b.yaml]", "[b.yaml, b.yaml]");
    let words = "b.yaml:2: service `web` comes from this file twice, because two others include it";
    assert_refused(&[&twice, WEB], Relation::First, words);
}

#[test]
fn what_a_later_file_extends_may_add_to_a_list_but_not_repeat_an_item_of_the_block() {
    let extended = |list: &str| format!("{}    security_opt: [{list}]\n", extending(&["tty: true"]));
    assert_hardened(&[WEB, &extended("y")], Relation::Layers, &[HARD_WEB, "="]);
    let words = "b.yaml:5: service `tpl` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    let repeated = extended("no-new-privileges=true");
    assert_refused(&[WEB, &repeated], Relation::Layers, words);
    let base = format!("{WEB}    security_opt: [x]\n");
    let hard = format!("{HARD_WEB}    security_opt: [x]\n");
    assert_hardened(&[&base, &repeated], Relation::Layers, &[&hard, "="]);
}

#[test]
fn what_a_later_file_extends_replaces_no_list_of_an_earlier_one() {
    let extended =
        |list: &str| format!("{}    security_opt: !override [{list}]\n", extending(&["tty: true"]));
    assert_hardened(&[WEB, &extended("y")], Relation::Layers, &[HARD_WEB, "="]);
    let words = "b.yaml:5: service `tpl` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    assert_refused(&[WEB, &extended("no-new-privileges=true")], Relation::Layers, words);
}

#[test]
fn an_item_stays_repeated_under_what_a_later_file_extends() {
    let base = format!("x-common-hardening-opts: &hardening\n  security_opt: [x, z]\n{WEB}");
    let words = "b.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    let extended = format!("{}    security_opt: !override [y]\n", extending(&["tty: true"]));
    assert_refused(&[&base, &over(&["security_opt: [x]"]), &extended], Relation::Layers, words);
}

#[test]
fn a_pin_stands_before_what_a_template_has_only_to_remove_it() {
    let base = format!("x-t: &t\n  security_opt: !reset []\n{WEB}    <<: *t\n");
    let hard = HARD_WEB.replace("    <<: *hardening\n    image: a", "    security_opt: []\n    image: a");
    let hard = hard.replace("#block\n", "x-t: &t\n  security_opt: !reset []\n#block\n");
    let hard = format!("{hard}    <<: [*t, *hardening]\n");
    assert_hardened(&[&base, &over(&[NNP])], Relation::Layers, &[&hard, "="]);
}

#[test]
fn refuses_a_pin_in_a_child_that_merges_a_tag() {
    let text = "services:\n  base: &base\n    image: a\n    security_opt: !reset []\n  web:\n    <<: *base\n    \
                extends: base\n    tty: true\n";
    let words =
        "compose.yaml:4: what a `!reset` or `!override` does to it depends on the version of Docker Compose";
    assert_refused(&[text], Relation::First, words);
}

#[test]
fn refuses_a_pin_beside_an_entry_that_is_reset() {
    let text = "services:\n  base: &base\n    image: a\n  web:\n    <<: *base\n    extends: base\n    security_opt: !reset []\n";
    let words = "compose.yaml:4: service `web` would get the hardening here too, through what it merges, in a layer over one in \
                 `/p/compose.yaml`";
    assert_refused(&[text], Relation::First, words);
    let base = format!("{WEB}    security_opt: !reset []\n");
    let words = "b.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    assert_refused(&[&base, &over(&[NNP])], Relation::Layers, words);
}

#[test]
fn a_pin_over_the_block_of_an_earlier_document_needs_none_of_its_own() {
    let second = "---\nservices:\n  b: &b\n    <<: *a\n    tty: true\n  c:\n    <<: *b\n    extends: b\n    user: u\n    \
                  runtime: r\n    cap_drop: [X]\n";
    let pinned = second.replace("    <<: *b", "    security_opt: []\n    <<: *b");
    let [web, hard] = [WEB, HARD_WEB].map(|first| first.replace("web:", "web: &a"));
    let texts = [format!("{web}{second}"), format!("{hard}{pinned}")];
    assert_hardened(&[&texts[0]], Relation::First, &[&texts[1]]);
}

#[test]
fn an_item_that_two_layers_have_already_is_an_error_of_the_project() {
    let hard = "#block\nservices:\n  web:\n    <<: *hardening\n    image: a\n";
    let item = "    security_opt: [no-new-privileges=true]\n";
    let reason = "`no-new-privileges=true` already comes from `/p/compose.yaml`, and Docker Compose rejects the project";
    let own = over(&["security_opt: [seccomp:a, no-new-privileges=true]"]);
    for (base, later, line) in [
        (hard, hard, 10),
        (hard, &*own, 3),
        (&*format!("services:\n  web:\n    image: a\n{item}"), &*format!("services:\n  web:\n{item}"), 3),
    ] {
        assert_refused(&[base, later], Relation::Layers, &format!("b.yaml:{line}: {reason}"));
    }
    let replaced = over(&["security_opt: !override [no-new-privileges=true]"]);
    assert_hardened(&[hard, &replaced], Relation::Layers, &["=", "="]);
    let other = over(&["security_opt: [\"no-new-privileges:true\"]"]);
    assert_hardened(&[hard, &other], Relation::Layers, &["=", "="]);
}

#[test]
fn an_item_is_repeated_over_a_tag_of_the_first_layer_and_not_over_one_of_what_is_extended() {
    let template = "x-t: &t {security_opt: [x]}\n";
    for tag in ["!reset", "!override"] {
        let tagged = format!("    <<: *t\n    security_opt: {tag} [x]\n");
        let base = format!("{template}{WEB}{tagged}");
        let words =
            "b.yaml:3: `x` already comes from `/p/compose.yaml`, and Docker Compose rejects the project";
        assert_refused(&[&base, &over(&["security_opt: [x]"])], Relation::Layers, words);
        let [base, hard] = [WEB, HARD_WEB].map(|text| format!("{text}    security_opt: [x]\n"));
        let extending = format!("{template}{}{tagged}", extending(&[]));
        assert_hardened(&[&base, &extending], Relation::Layers, &[&hard, "="]);
    }
}

#[test]
fn what_is_not_known_to_merge_is_refused_only_where_two_layers_set_it() {
    let base = format!("x-common-hardening-opts: &hardening\n  dns: [x]\n{WEB}");
    let hard = base.replace("    image", "    <<: *hardening\n    image");
    for tty in [over(&["tty: true"]), extending(&["tty: true"])] {
        assert_hardened(&[&base, &tty], Relation::Layers, &[&hard, "="]);
    }
    let words = "b.yaml:2: the block sets `dns`, and a later layer of service `web` does too; how the two would be merged is not known";
    for dns in [over(&["dns: [y]"]), over(&["dns: []"]), extending(&["dns: [y]"])] {
        assert_refused(&[&base, &dns], Relation::Layers, words);
    }
}
