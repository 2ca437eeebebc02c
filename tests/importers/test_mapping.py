import json
from pathlib import Path

import pytest

from engine.memory import MemoryLog
from evenhand.importers import BadMapping, load_mapping, parse_mapping
from evenhand.importers.mapping import MAPPING_BYTES_MAX
from tests.importers.exporting import DEALS, imported, mapping, reasons, written


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("source:", "sauce:", "sauce: there is no such key"),
        ("kind: csv", "kind: csv, delimeter: ;", "delimeter: there is no such key"),
        ("      note: note", "      nota: note", "deal-signed has no field nota"),
        ("      deal: deal\n", "", "deal-signed needs its field deal"),
        ("type: deal-signed", "type: deal-singed", "deal-singed is not a fact"),
        ("type: deal-signed", "type: period-closed", "period-closed is not a fact"),
        ("type: deal-signed", "type: fact-voided", "fact-voided is not a fact"),
        ("/import/test", "evenhand", "Evenhand's own"),
        ("America/Sao_Paulo", "Brazil/Sao_Paulo", "IANA name"),
        ("YYYY-MM-DD hh:mm:ss", "yyyy-MM-DD", "letters that stand for nothing"),
        ("YYYY-MM-DD hh:mm:ss", "YYYY-MM", "no year, month or day"),
        ("YYYY-MM-DD hh:mm:ss", "YYYY-MM-DD DD", "a part twice"),
        ("currency: BRL", "currency: BRR", "not a current ISO 4217 code"),
        ("currency: BRL", "currency: BRL, currency_column: c", "either a currency or"),
        (', thousands: ""', "", "amounts.thousands: Field required"),
        ('thousands: ""', 'thousands: "."', "different characters"),
        ('amounts: {decimal: ".", thousands: "", currency: BRL}\n', "", "money needs amounts"),
        ("note: note", "note: {column: note, table: notes}", "there is no table notes"),
        ("note: note", "note: {column: note, constant: x}", "a value is a column, or one of"),
        ("note: note", "note: {constant: x, slug: payee}", "table and slug are for"),
        ("note: note", "note: {constant: 7}", "events.0.fields.note"),
        ("stage: Won", "stage: {is: empty}", "events.0.when.stage"),
        ("stage: Won", "stage: {not: [a], is: blank}", "a condition is a text"),
        ("source: /import/test", "source: /import/test\nsource: /x", "it is not YAML"),
        ("source: /import/test", "source: [", "it is not YAML"),
    ],
)
def test_what_a_mapping_cannot_say_is_refused_by_name(old: str, new: str, reason: str) -> None:
    with pytest.raises(BadMapping) as refused:
        mapping(DEALS, (old, new))
    assert reason in str(refused.value)
    assert str(refused.value).startswith("Mapping deals.yaml cannot be used: ")


def test_a_lookup_stays_in_the_folder_of_the_file() -> None:
    with pytest.raises(BadMapping, match=r"lookups\.x\.file"):
        mapping(
            DEALS, ("events:", "lookups: {x: {file: ../secret.csv, key: a, by: deal}}\nevents:")
        )


def test_a_mapping_is_small_text_in_utf_8() -> None:
    with pytest.raises(BadMapping, match="not text in UTF-8"):
        parse_mapping(b"source: \xff", "m.yaml")
    with pytest.raises(BadMapping, match="the limit is"):
        parse_mapping(b"#" * (MAPPING_BYTES_MAX + 1), "m.yaml")


def test_a_mapping_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="cannot be read"):
        load_mapping(tmp_path / "none.yaml")


def test_two_events_of_one_type_need_names_for_their_ids() -> None:
    twice = DEALS + DEALS[DEALS.index("  - type") :]
    with pytest.raises(BadMapping, match="give each a name"):
        mapping(twice)
    assert mapping(twice.replace("    id: deal", "    name: a\n    id: deal", 1)).events


def test_yaml_1_2_reads_no_as_a_word() -> None:
    assert mapping(DEALS, ("stage: Won", "stage: no")).events[0].when["stage"].holds("no")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("Won", ["Won"]),
        ("[Won, Lost]", ["Won", "Lost"]),
        ("{not: Won}", ["Lost", ""]),
        ("{not: [Won, Lost]}", [""]),
        ("{is: blank}", [""]),
        ("{is: filled}", ["Won", "Lost"]),
    ],
)
def test_conditions_choose_rows(condition: str, holds: list[str]) -> None:
    [rule] = mapping(DEALS, ("stage: Won", f"stage: {condition}")).events
    assert [cell for cell in ("Won", "Lost", "") if rule.when["stage"].holds(cell)] == holds


KINDS = """
source: /import/test
format: {kind: csv, delimiter: ";", quote: "'"}
times: {zone: Asia/Shanghai, formats: [D/M/YYYY]}
amounts: {decimal: ",", thousands: ".", currency_column: cur}
tables: {names: {A: Alpha}}
events:
  - type: deal-signed
    name: deal
    id: [{template: "{year}-{no}"}, year]
    time: on
    fields:
      deal: {template: "{year}-{no}"}
      signed_by: {signers: [{payee: a, share: part}, {payee: b, share: part}]}
      value: {money: sum}
      products: {list: [{column: p, table: names}, q]}
      term_months: {whole: months}
      self_sourced: {constant: true}
      channel: {constant: fair}
  - type: payee-assigned
    id: [a, year]
    time: on
    fields: {payee: a, from: {time: on}, to: {time: until}}
"""


def test_every_kind_of_value_says_what_it_says(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "year;no;on;until;a;b;part;sum;cur;p;q;months",
        "2026;7;1/2/2026;;mia;sam;1/2;1.234,5;CNY;A;;12",
        "2026;8;1/2/2026;9/2/2026;mia;;1;5;JPY;;B;'12,5'",
    )
    log = MemoryLog()
    report = imported(path, mapping(KINDS), log)
    assert reasons(report) == [(3, "months", "bad-number")]
    deal, assigned = log.read()
    assert (deal.id, assigned.id) == ("deal:2026-7:2026", "payee-assigned:mia:2026")
    assert json.loads(deal.state) == {
        "deal": "2026-7",
        "signed_by": [{"payee": "mia", "share": "1/2"}, {"payee": "sam", "share": "1/2"}],
        "value": {"amount": "1234.50", "currency": "CNY"},
        "products": ["Alpha"],
        "term_months": 12,
        "self_sourced": True,
        "channel": "fair",
    }
    assert json.loads(assigned.state) == {"payee": "mia", "from": "2026-01-31T16:00:00Z"}


def test_nobody_signs_where_the_signer_is_blank(tmp_path: Path) -> None:
    log = MemoryLog()
    path = written(
        tmp_path, "deal,signed,stage,agent,customer,amount,note", "D1,2026-01-20,Won,,,1,"
    )
    imported(path, log=log)
    [record] = log.read()
    assert json.loads(record.state)["signed_by"] == []


def test_two_names_never_become_one_id(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "deal,signed,stage,agent,customer,amount,note",
        "D1,2026-01-20,Won,Sam Lee,,1,",
        "D2,2026-01-20,Won,Sam-Lee,,1,",
        "D3,2026-01-20,Won,Sam Lee,,1,",
    )
    report = imported(path)
    assert report.recorded == 2
    assert reasons(report) == [(3, "agent", "ambiguous-slug")]


def test_a_letter_without_ascii_is_refused_and_not_dropped_from_an_id(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "deal,signed,stage,agent,customer,amount,note",
        "D1,2026-01-20,Won,王Mia,,1,",
        "D2,2026-01-20,Won,Ångström Ø,,1,",
        "D3,2026-01-20,Won,Zoë Ångström,,1,",
        "D4,2026-01-20,Won,...,,1,",
    )
    report = imported(path)
    assert report.recorded == 1
    assert reasons(report) == [(line, "agent", "bad-id") for line in (2, 3, 5)]
    assert "letters that no id has: 王" in report.refused[0].reason


def test_a_template_with_a_blank_part_is_blank(tmp_path: Path) -> None:
    half = mapping(DEALS, ("note: note", 'note: {template: "{customer} {note}"}'))
    path = written(
        tmp_path,
        "deal,signed,stage,agent,customer,amount,note",
        "D1,2026-01-20,Won,Mia,C1,1,x",
        "D2,2026-01-20,Won,Mia,C1,1,",
    )
    log = MemoryLog()
    imported(path, half, log)
    assert [json.loads(record.state).get("note") for record in log.read()] == ["C1 x", None]


def test_parts_of_an_id_cannot_run_into_each_other(tmp_path: Path) -> None:
    two = mapping(DEALS, ("id: deal", "id: [deal, customer]"))
    path = written(
        tmp_path,
        "deal,signed,stage,agent,customer,amount,note",
        "a:b,2026-01-20,Won,Mia,c,1,",
        "a,2026-01-20,Won,Mia,b:c,1,",
    )
    assert reasons(imported(path, two)) == [(2, "deal", "bad-id"), (3, "customer", "bad-id")]


def test_a_currency_column_must_name_a_currency(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "year;no;on;until;a;b;part;sum;cur;p;q;months",
        "2026;7;1/2/2026;;mia;;1;5;;;;",
        "2026;8;1/2/2026;;mia;;1;5;R$;;;",
    )
    report = imported(path, mapping(KINDS))
    assert reasons(report) == [(2, "sum", "unknown-currency"), (3, "sum", "unknown-currency")]
