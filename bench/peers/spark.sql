-- The statements of replay.sql as Spark has them: `log` is a view of the segments (READ). An order
-- is a struct here: numbering facts would bring all of them into one task. Where DuckDB has a
-- table, Spark has a cache.

CREATE OR REPLACE TEMPORARY FUNCTION period_of(dated BIGINT) RETURNS BIGINT
RETURN year(timestamp_micros(dated + 28800000000)) * 12
    + month(timestamp_micros(dated + 28800000000)) - 1;

CREATE OR REPLACE TEMP VIEW published AS
SELECT get_json_object(state, '$.base') AS currency, effective_at AS since,
    CAST(split_part(get_json_object(state, '$.rate'), '/', 1) AS BIGINT)
        * CASE get_json_object(state, '$.base') WHEN 'JPY' THEN 100 ELSE 1 END AS fx_num,
    CAST(coalesce(nullif(split_part(get_json_object(state, '$.rate'), '/', 2), ''), '1') AS BIGINT)
        AS fx_den
FROM log
WHERE type = 'rate-of-exchange-published' AND get_json_object(state, '$.quote') = 'CNY'
UNION ALL SELECT 'CNY', -1L, 1L, 1L;

CACHE TABLE rates AS
SELECT *, coalesce(lead(since) OVER (PARTITION BY currency ORDER BY since), 9000000000000000000)
    AS until
FROM published;

CACHE TABLE repairs AS
SELECT type, effective_at, source, id,
    get_json_object(state, '$.target.source') AS target_source,
    get_json_object(state, '$.target.id') AS target_id,
    get_json_object(state, '$.data') AS data,
    unix_micros(CAST(get_json_object(state, '$.effective_at') AS TIMESTAMP)) AS moved
FROM log WHERE type IN ('fact-corrected', 'fact-voided');

CREATE OR REPLACE TEMP VIEW dead AS
SELECT r.target_source AS source, r.target_id AS id
FROM repairs r LEFT SEMI JOIN repairs o ON o.source = r.target_source AND o.id = r.target_id
GROUP BY r.target_source, r.target_id
HAVING max_by(type, struct(effective_at, source, id)) = 'fact-voided';

CACHE TABLE deciding AS
SELECT target_source, target_id, max_by(struct(r.*), struct(effective_at, source, id)) AS r
FROM (SELECT a.* FROM repairs a LEFT ANTI JOIN dead b ON a.source = b.source AND a.id = b.id) r
GROUP BY target_source, target_id;

CACHE TABLE facts AS
WITH bulk AS (
    SELECT type, effective_at AS dated, rank, stream, source, id, lead, deal, customer,
        payee AS found_by, side, kind, amount, currency, signed_by, payees,
        CASE WHEN corrects_id IS NOT NULL
            THEN named_struct('source', corrects_source, 'id', corrects_id) END AS corrects
    FROM log
    WHERE type IN ('lead-created', 'lead-qualified', 'lead-disqualified', 'lead-recycled',
        'deal-signed', 'contract-amended', 'joint-signing-confirmed')
), told AS (
    SELECT /*+ BROADCAST(d) */ b.*, d.r,
        CASE WHEN d.r IS NOT NULL THEN from_json(d.r.data, 'lead STRING, deal STRING,
            customer STRING, `by` STRING, side STRING, kind STRING,
            value STRUCT<amount: STRING, currency: STRING>,
            signed_by ARRAY<STRUCT<payee: STRING, share: STRING>>, payees ARRAY<STRING>,
            corrects STRUCT<source: STRING, id: STRING>') END AS j
    FROM bulk b LEFT JOIN deciding d ON b.source = d.target_source AND b.id = d.target_id
)
SELECT struct(dated * 16 + rank AS k, stream, source, id) AS o, type, dated, lead, deal, customer,
    found_by, side, kind, amount, currency, signed_by, payees, corrects,
    named_struct('source', source, 'id', id) AS name,
    CAST(NULL AS STRUCT<source: STRING, id: STRING>) AS repair
FROM told WHERE r IS NULL
UNION ALL
SELECT struct(coalesce(r.moved, dated) * 16 + rank AS k, stream, source, id), type,
    coalesce(r.moved, dated), j.lead, j.deal, j.customer, j.`by`, j.side, j.kind,
    CAST(replace(j.value.amount, '.', '') AS BIGINT), j.value.currency,
    transform(j.signed_by, s -> named_struct('payee', s.payee,
        'num', CAST(split_part(s.share, '/', 1) AS BIGINT),
        'den', CAST(coalesce(nullif(split_part(s.share, '/', 2), ''), '1') AS BIGINT))),
    j.payees, j.corrects, named_struct('source', source, 'id', id),
    named_struct('source', r.source, 'id', r.id)
FROM told WHERE r.type = 'fact-corrected';

CACHE TABLE leads AS
SELECT lead, customer, found_by, coalesce(side, 'marketing') AS side, o AS opened,
    dated AS opened_at, name, repair
FROM (SELECT *, row_number() OVER (PARTITION BY lead ORDER BY o) AS nth
    FROM facts WHERE type = 'lead-created')
WHERE nth = 1;

CACHE TABLE signings AS
SELECT s.deal, s.o AS signing, s.dated AS signed_at, s.lead, s.signed_by, s.amount, s.currency,
    coalesce(s.customer, l.customer) AS customer, s.name, s.repair
FROM (SELECT *, row_number() OVER (PARTITION BY deal ORDER BY o) AS nth
    FROM facts WHERE type = 'deal-signed') s
LEFT JOIN leads l ON s.lead = l.lead
WHERE nth = 1;

CACHE TABLE sources AS
WITH pairs AS (
    SELECT deal, signing, l.lead, 0 AS rank, opened
    FROM signings s JOIN leads l ON s.lead = l.lead
    WHERE opened < signing AND signed_at < opened_at + 7776000000000
    UNION ALL
    SELECT deal, signing, l.lead, 1, opened
    FROM signings s JOIN leads l ON s.customer = l.customer
    WHERE NOT (s.lead <=> l.lead)
        AND opened < signing AND signed_at < opened_at + 7776000000000
), doubted AS (
    SELECT DISTINCT lead FROM facts WHERE type = 'lead-disqualified'
), refused AS (
    SELECT p.deal, p.lead
    FROM pairs p JOIN facts f ON f.lead = p.lead AND f.o < p.signing
        LEFT SEMI JOIN doubted d ON p.lead = d.lead
    WHERE f.type IN ('lead-qualified', 'lead-disqualified', 'lead-recycled')
    GROUP BY p.deal, p.lead HAVING max_by(f.type, f.o) = 'lead-disqualified'
), decided AS (
    SELECT p.deal, min_by(p.lead, struct(p.rank, p.opened)) AS claimed
    FROM pairs p LEFT ANTI JOIN refused r ON p.deal = r.deal AND p.lead = r.lead
    GROUP BY p.deal
)
SELECT s.deal, d.claimed, l.name AS claim, l.repair AS claim_repair,
    CASE WHEN claimed IS NULL THEN CASE WHEN size(signed_by) > 0 THEN 'self' ELSE 'house' END
        WHEN l.side = 'sales' THEN 'self' ELSE l.side END AS source,
    CASE WHEN l.side = 'marketing' THEN l.found_by END AS finder
FROM signings s LEFT JOIN decided d ON s.deal = d.deal LEFT JOIN leads l ON l.lead = d.claimed;

CACHE TABLE steps AS
WITH amended AS (
    SELECT f.*, s.signed_at, s.signing
    FROM facts f JOIN signings s ON f.deal = s.deal
    WHERE f.type = 'contract-amended' AND coalesce(f.currency, s.currency) = s.currency
), plain AS (
    SELECT s.deal, signing AS o, signed_at AS dated, 'signing' AS kind, amount AS value, signed_by,
        signing, name, repair
    FROM signings s LEFT SEMI JOIN amended a ON s.deal = a.deal
    UNION ALL
    SELECT deal, o, greatest(dated, signed_at), kind, coalesce(amount, 0L), signed_by, signing,
        name, repair
    FROM amended WHERE kind <> 'correction'
), aimed AS (
    SELECT c.deal, c.o AS correction, c.amount, c.name, c.repair,
        max_by(p.o, struct(p.kind <> 'signing' AS later, p.o AS o)) AS target
    FROM amended c JOIN plain p ON c.deal = p.deal
    WHERE c.kind = 'correction' AND p.kind <> 'cancellation'
        AND CASE WHEN c.corrects IS NOT NULL THEN c.corrects = p.name
            ELSE p.kind = 'signing' OR p.o < c.o END
    GROUP BY ALL
), last_aimed AS (
    SELECT deal, target, max_by(struct(amount, name, repair), correction) AS a
    FROM aimed GROUP BY deal, target
), valued AS (
    SELECT p.deal, p.o, p.dated, p.kind, coalesce(l.a.amount, p.value) AS value, p.signed_by,
        p.signing, p.name, p.repair,
        filter(array(l.a.name, l.a.repair), x -> x IS NOT NULL) AS corrected_by,
        sum(CASE WHEN kind = 'renewal' THEN 1 ELSE 0 END) OVER (PARTITION BY p.deal
            ORDER BY p.dated, p.kind <> 'signing', p.o ROWS UNBOUNDED PRECEDING) AS term
    FROM plain p LEFT JOIN last_aimed l ON p.o = l.target AND p.deal = l.deal
), alive AS (
    SELECT *, coalesce(sum(CASE WHEN kind = 'cancellation' THEN 1 ELSE 0 END) OVER (
        PARTITION BY deal, term ORDER BY dated, kind <> 'signing', o
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS over
    FROM valued
)
SELECT *, row_number() OVER (PARTITION BY deal ORDER BY dated, kind <> 'signing', o) AS place,
    coalesce(lag(value) OVER (PARTITION BY deal, term ORDER BY dated, kind <> 'signing', o), 0L)
        AS before
FROM alive WHERE over = 0;

CACHE TABLE layers AS
SELECT deal, o AS layer, dated AS opened_at, term, place, before, value,
    CASE WHEN signed_by IS NOT NULL THEN o ELSE signing END AS split, name, repair
FROM steps WHERE kind IN ('signing', 'renewal') OR value > before
UNION ALL
SELECT g.deal, g.signing, g.signed_at, 0L, 1, 0L, g.amount, g.signing, g.name, g.repair
FROM signings g LEFT ANTI JOIN steps s ON g.deal = s.deal;

CACHE TABLE states AS
WITH after AS (
    SELECT l.deal, l.layer, s.dated, s.o, s.place, s.name, s.repair, s.corrected_by,
        greatest(min(least(s.value, l.value)) OVER (PARTITION BY l.deal, l.layer
            ORDER BY s.place ROWS UNBOUNDED PRECEDING), l.before) - l.before AS worth
    FROM layers l JOIN steps s ON s.deal = l.deal AND s.term = l.term AND s.place >= l.place
), seen AS (
    SELECT *, lag(worth) OVER (PARTITION BY deal, layer ORDER BY place) AS was FROM after
), told AS (
    SELECT deal, layer, worth, place, period_of(dated) AS period,
        flatten(collect_list(concat(corrected_by, CASE WHEN o <> layer THEN
            filter(array(name, repair), x -> x IS NOT NULL) ELSE array() END))
            OVER (PARTITION BY deal, layer ORDER BY place ROWS UNBOUNDED PRECEDING)) AS because
    FROM seen WHERE NOT (was <=> worth)
), last AS (
    SELECT *, row_number() OVER (PARTITION BY deal, layer, period ORDER BY place DESC) AS nth
    FROM told
)
SELECT deal, layer, period, worth, because FROM last WHERE nth = 1
UNION ALL
SELECT g.deal, g.signing, period_of(g.signed_at), g.amount, array()
FROM signings g LEFT ANTI JOIN steps s ON g.deal = s.deal;

-- The signers of a split all share over one denominator in these logs.
CACHE TABLE signers AS
WITH splits AS (
    SELECT deal, signing AS split, signed_by FROM signings
    UNION ALL
    SELECT deal, o, signed_by FROM steps WHERE kind <> 'signing' AND signed_by IS NOT NULL
), parts AS (
    SELECT deal, split, inline(signed_by) FROM splits
)
SELECT deal, split, payee, num AS weight, den AS whole FROM parts;

CACHE TABLE credits AS
WITH met AS (
    SELECT g.deal, split, weight AS met FROM signers g JOIN sources s
    ON s.deal = g.deal AND s.finder = g.payee
), sold AS (
    SELECT g.*, s.source, s.finder, coalesce(met, 0L) AS met
    FROM signers g JOIN sources s ON g.deal = s.deal
        LEFT JOIN met m ON g.deal = m.deal AND g.split = m.split
)
SELECT deal, split, payee, 'sales' AS role,
    CASE WHEN payee = finder THEN 'self' ELSE source END AS source, weight, whole,
    CASE WHEN source <> 'marketing' THEN whole WHEN payee = finder THEN weight
        ELSE whole - met END AS class_weight
FROM sold
UNION ALL
SELECT s.deal, w.split, finder, 'marketing', source, whole - coalesce(met, 0L), whole,
    whole - coalesce(met, 0L)
FROM sources s JOIN (SELECT DISTINCT deal, split, whole FROM signers) w ON s.deal = w.deal
    LEFT JOIN met m ON w.deal = m.deal AND w.split = m.split
WHERE finder IS NOT NULL AND whole > coalesce(met, 0L);

CREATE OR REPLACE TEMP VIEW parts AS
WITH priced AS (
    SELECT l.deal, l.layer, l.split, l.opened_at, l.name, l.repair, g.currency,
        g.name AS signing_name, g.repair AS signing_repair, fx_num, fx_den
    FROM layers l JOIN signings g ON l.deal = g.deal
        JOIN rates r ON g.currency = r.currency AND l.opened_at >= r.since
            AND l.opened_at < r.until
    WHERE l.opened_at >= 1735660800000000
), reasons AS (
    SELECT p.*, t.period, t.worth, s.claimed,
        sort_array(array_distinct(filter(concat(array(s.claim, s.claim_repair, p.signing_name,
            p.signing_repair, p.name, p.repair), coalesce(f.corrected_by, array()), t.because),
            x -> x IS NOT NULL))) AS because
    FROM priced p JOIN states t ON p.deal = t.deal AND p.layer = t.layer
        JOIN sources s ON p.deal = s.deal
        LEFT JOIN (SELECT deal, corrected_by FROM steps WHERE kind = 'signing') f
            ON p.deal = f.deal
), wholes AS (
    SELECT r.*, c.payee, c.role, c.source, c.weight, c.whole, c.class_weight,
        CASE WHEN role = 'marketing' THEN 'marketing-commission'
            WHEN source = 'marketing' THEN 'sales-commission' ELSE 'self-sourced' END AS component,
        CASE WHEN role = 'marketing' THEN '4%' WHEN source = 'marketing' THEN '2%' ELSE '5%' END
            AS rate,
        worth * fx_num * class_weight AS n,
        fx_den * c.whole * CASE WHEN role = 'marketing' THEN 25
            WHEN source = 'marketing' THEN 50 ELSE 20 END AS d
    FROM reasons r JOIN credits c ON r.deal = c.deal AND r.split = c.split
    WHERE source IN ('marketing', 'self')
), rounded AS (
    SELECT *, n div d + CASE WHEN 2 * (n % d) > d OR (2 * (n % d) = d AND (n div d) % 2 = 1)
        THEN 1 ELSE 0 END AS payout
    FROM wholes
), floored AS (
    SELECT *, payout * weight div class_weight AS part, payout * weight % class_weight AS rest
    FROM rounded
), shared AS (
    SELECT *,
        row_number() OVER (PARTITION BY deal, layer, source, role, period
            ORDER BY rest DESC, weight DESC, payee) AS seat,
        payout - sum(part) OVER (PARTITION BY deal, layer, source, role, period) AS left_over
    FROM floored WHERE weight <> class_weight
), divided AS (
    SELECT deal, layer, opened_at, name, currency, period, worth, claimed, because, payee, role,
        source, weight, whole, component, rate, part AS amount
    FROM floored WHERE weight = class_weight
    UNION ALL
    SELECT deal, layer, opened_at, name, currency, period, worth, claimed, because, payee, role,
        source, weight, whole, component, rate, part + CASE WHEN seat <= left_over THEN 1 ELSE 0 END
    FROM shared
)
SELECT * FROM divided;

CACHE TABLE qualified AS
SELECT f.lead, f.dated, f.name, f.repair, l.found_by, l.name AS lead_name, l.repair AS lead_repair
FROM (SELECT *, row_number() OVER (PARTITION BY lead ORDER BY o) AS nth
    FROM facts WHERE type = 'lead-qualified') f
JOIN leads l ON f.lead = l.lead
WHERE nth = 1 AND l.side = 'marketing' AND l.found_by IS NOT NULL;

CREATE OR REPLACE TEMP VIEW shut AS
WITH early AS (
    SELECT s.deal FROM facts f JOIN signings s ON f.deal = s.deal
    WHERE f.kind = 'cancellation' AND f.dated <= s.signed_at
), signed AS (
    SELECT l.lead, l.found_by, min(s.signed_at) AS dated
    FROM signings s JOIN sources c ON s.deal = c.deal
        JOIN leads l ON l.lead = coalesce(s.lead, c.claimed)
        LEFT ANTI JOIN early e ON s.deal = e.deal
    WHERE l.side = 'marketing' AND l.found_by IS NOT NULL
    GROUP BY l.lead, l.found_by
), counted AS (
    SELECT found_by, period_of(dated) AS month, 1 AS q, 0 AS s FROM qualified
    UNION ALL SELECT found_by, period_of(dated), 0, 1 FROM signed
)
SELECT found_by AS payee, month FROM counted GROUP BY found_by, month
HAVING sum(q) > 0 AND sum(s) * 10 < sum(q) * 3;

CREATE OR REPLACE TEMP VIEW gated AS
SELECT p.*, CASE WHEN role = 'marketing' AND h.payee IS NOT NULL THEN 0L ELSE amount END AS paid
FROM parts p LEFT JOIN shut h ON p.payee = h.payee AND period_of(p.opened_at) = h.month;

CREATE OR REPLACE TEMP VIEW awards AS
WITH joint AS (
    SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY deal ORDER BY o) AS nth
        FROM facts WHERE type = 'joint-signing-confirmed')
    WHERE nth = 1 AND dated >= 1735660800000000
), met AS (
    SELECT j.deal, j.o, j.name, size(j.payees) AS n, period_of(j.dated) AS month, j.payees,
        sort_array(filter(array(j.name, j.repair, s.name, s.repair), x -> x IS NOT NULL)) AS because
    FROM joint j JOIN signings s ON j.deal = s.deal
), shared AS (
    SELECT deal, o, name, n, month, because, posexplode(sort_array(payees)) AS (seat, payee)
    FROM met
), grown AS (
    SELECT t.deal, t.period, worth - coalesce(lag(worth) OVER (PARTITION BY t.deal, layer
        ORDER BY t.period), 0L) AS change
    FROM states t LEFT SEMI JOIN shared s ON t.deal = s.deal
), changes AS (
    SELECT deal, period, sum(change) AS change FROM grown GROUP BY deal, period
), standing AS (
    SELECT deal, period, sum(change) OVER (PARTITION BY deal ORDER BY period
        ROWS UNBOUNDED PRECEDING) > 0 AS stands
    FROM changes
), own AS (
    SELECT s.deal, s.payee, s.month, greatest(t.period, s.month) AS period,
        max_by(t.stands, t.period) AS stands
    FROM shared s JOIN standing t ON s.deal = t.deal
    GROUP BY s.deal, s.payee, s.month, greatest(t.period, s.month)
), moments AS (
    SELECT DISTINCT payee, month, period FROM own
), wide AS (
    SELECT s.deal, s.o, s.name, s.n, s.month, s.because, s.seat, s.payee, m.period,
        coalesce(max_by(t.stands, t.period), false) AS stands
    FROM shared s JOIN moments m ON s.payee = m.payee AND s.month = m.month
        LEFT JOIN own t ON t.deal = s.deal AND t.payee = s.payee AND m.period >= t.period
    GROUP BY ALL
), valued AS (
    SELECT *, CASE WHEN stands THEN 20000 div n + CASE WHEN seat < 20000 % n THEN 1 ELSE 0 END
        ELSE 0 END AS worth FROM wide
), running AS (
    SELECT *, sum(worth) OVER (PARTITION BY payee, month, period ORDER BY o
        ROWS UNBOUNDED PRECEDING) AS so_far
    FROM valued
)
SELECT *, least(so_far, 200000L) - least(so_far - worth, 200000L) AS amount FROM running;

CREATE OR REPLACE TEMP VIEW lines AS
WITH told AS (
    SELECT payee, period, concat('deal/', deal) AS subject, deal, claimed AS lead, name, component,
        source, role, rate, weight AS share_num, whole AS share_den, currency AS base_currency,
        worth AS base, paid AS amount, because
    FROM gated
    UNION ALL
    SELECT payee, period, concat('deal/', deal), deal, NULL, name, 'collaboration', NULL, NULL,
        NULL, 1L, CAST(n AS BIGINT), NULL, NULL, CAST(amount AS BIGINT), because
    FROM awards
), moved AS (
    SELECT payee, period, subject, deal, lead, name, component, source, role, rate, share_num,
        share_den, base_currency, base - coalesce(lag(base) OVER line, 0L) AS base,
        amount - coalesce(lag(amount) OVER line, 0L) AS amount, because
    FROM told
    WINDOW line AS (PARTITION BY payee, subject, name, component, source ORDER BY period)
), every AS (
    SELECT * FROM moved
    UNION ALL
    SELECT found_by, period_of(dated), concat('lead/', lead), NULL, lead, name,
        'valid-lead-points', NULL, 'marketing', NULL, NULL, NULL, NULL, NULL, 5000L,
        sort_array(filter(array(lead_name, lead_repair, name, repair), x -> x IS NOT NULL))
    FROM qualified WHERE dated >= 1735660800000000
)
SELECT payee, period, subject, deal, lead, name.source AS fact_source, name.id AS fact_id,
    component, source, 'seed-4-2-5@1' AS plan, 'CNY' AS currency, role, rate, share_num, share_den,
    base, base_currency, amount, because
FROM every WHERE amount <> 0
