-- All periods of the seeds' plan from segments (READ), by hand and for this plan alone: China's
-- offset is fixed, everybody is paid under the one version, repairs are repaired at most once.
-- Variables: segments (glob of the Parquet files), lines (path of the answer).

CREATE MACRO period_of(dated) AS
    year(make_timestamp(dated + 28800000000)) * 12 + month(make_timestamp(dated + 28800000000)) - 1;

CREATE MACRO pair(a, b) AS
    CASE WHEN a IS NULL THEN [b] WHEN a < b THEN [a, b] ELSE [b, a] END;

CREATE VIEW log AS FROM read_parquet(getvariable('segments'));

CREATE TEMP TABLE rates AS
SELECT state ->> '$.base' AS currency, effective_at AS since,
    split_part(state ->> '$.rate', '/', 1)::BIGINT
        * CASE state ->> '$.base' WHEN 'JPY' THEN 100 ELSE 1 END AS fx_num,
    coalesce(nullif(split_part(state ->> '$.rate', '/', 2), ''), '1')::BIGINT AS fx_den
FROM log
WHERE type = 'rate-of-exchange-published' AND state ->> '$.quote' = 'CNY'
UNION ALL SELECT 'CNY', -1::BIGINT, 1, 1;

-- Repairs: the last live one of a fact decides.
CREATE TEMP TABLE repairs AS
SELECT type, effective_at, source, id,
    state ->> '$.target.source' AS target_source, state ->> '$.target.id' AS target_id,
    state -> '$.data' AS data,
    epoch_us((state ->> '$.effective_at')::TIMESTAMPTZ) AS moved
FROM log WHERE type IN ('fact-corrected', 'fact-voided');

CREATE TEMP TABLE dead AS
SELECT target_source AS source, target_id AS id
FROM repairs r
WHERE (target_source, target_id) IN (SELECT (source, id) FROM repairs)
GROUP BY ALL
HAVING arg_max(type, (effective_at, source, id)) = 'fact-voided';

CREATE TEMP TABLE deciding AS
SELECT target_source AS source, target_id AS id, arg_max(r, (effective_at, source, id)) AS r
FROM repairs r ANTI JOIN dead USING (source, id)
GROUP BY ALL;

-- Facts, with `o` by which they are in order of effect wherever two of them are compared.
CREATE MACRO place(dated, rank) AS ((dated - 1700000000000000) * 16 + rank) * 4096;

CREATE TEMP TABLE facts AS
SELECT place(effective_at, rank) AS o, type, rank, effective_at AS dated, lead, deal, customer,
    payee AS found_by, side, kind, amount, currency, signed_by, payees,
    CASE WHEN corrects_id IS NOT NULL THEN {source: corrects_source, id: corrects_id} END
        AS corrects,
    {source: source, id: id} AS name, NULL::STRUCT(source VARCHAR, id VARCHAR) AS repair
FROM log
WHERE type IN ('lead-created', 'lead-qualified', 'lead-disqualified', 'lead-recycled',
    'deal-signed', 'contract-amended', 'joint-signing-confirmed');

CREATE TEMP TABLE corrected AS
SELECT f.* EXCLUDE (repair), r.moved, {source: r.source, id: r.id} AS repair,
    from_json(r.data, '{"lead":"VARCHAR","deal":"VARCHAR","customer":"VARCHAR","by":"VARCHAR",
        "side":"VARCHAR","kind":"VARCHAR","value":{"amount":"VARCHAR","currency":"VARCHAR"},
        "signed_by":[{"payee":"VARCHAR","share":"VARCHAR"}],"payees":["VARCHAR"],
        "corrects":{"source":"VARCHAR","id":"VARCHAR"}}') AS j
FROM facts f JOIN deciding d ON f.name.id = d.id AND f.name.source = d.source
WHERE r.type = 'fact-corrected';

DELETE FROM facts WHERE name IN (SELECT {source: source, id: id} FROM deciding);

INSERT INTO facts BY NAME
SELECT place(coalesce(moved, dated), rank) AS o, type, rank, coalesce(moved, dated) AS dated,
    j.lead, j.deal, j.customer, j."by" AS found_by, j.side, j.kind,
    replace(j.value.amount, '.', '')::BIGINT AS amount, j.value.currency,
    list_transform(j.signed_by, lambda s: {payee: s.payee,
        num: split_part(s.share, '/', 1)::BIGINT,
        den: coalesce(nullif(split_part(s.share, '/', 2), ''), '1')::BIGINT}) AS signed_by,
    j.payees, j.corrects, name, repair
FROM corrected;

-- The few of one instant and rank; amendments are compared within their contract alone.
UPDATE facts SET o = facts.o + tied.place
FROM (
    SELECT o, name, row_number() OVER (
        PARTITION BY o, CASE WHEN kind IS NOT NULL THEN deal END
        ORDER BY coalesce('deal/' || deal, 'lead/' || lead), name) AS place
    FROM facts WHERE o IN (SELECT o FROM facts GROUP BY o HAVING count(*) > 1)
) tied
WHERE facts.o = tied.o AND facts.name = tied.name;

CREATE TEMP TABLE leads AS
WITH twice AS (
    SELECT lead FROM facts WHERE type = 'lead-created' GROUP BY lead HAVING count(*) > 1
), created AS (
    SELECT lead, customer, found_by, coalesce(side, 'marketing') AS side, o AS opened,
        dated AS opened_at, name, repair
    FROM facts WHERE type = 'lead-created'
)
FROM created WHERE lead NOT IN (FROM twice)
UNION ALL
FROM created WHERE lead IN (FROM twice)
QUALIFY row_number() OVER (PARTITION BY lead ORDER BY opened) = 1;

CREATE TEMP TABLE again AS
SELECT deal, o FROM facts WHERE type = 'deal-signed' AND deal IN (
    SELECT deal FROM facts WHERE type = 'deal-signed' GROUP BY deal HAVING count(*) > 1)
QUALIFY row_number() OVER (PARTITION BY deal ORDER BY o) > 1;

CREATE TEMP TABLE signings AS
SELECT s.deal, s.o AS signing, s.dated AS signed_at, s.lead, s.signed_by, s.amount, s.currency,
    coalesce(s.customer, l.customer) AS customer, s.name, s.repair
FROM facts s LEFT JOIN leads l ON s.lead = l.lead
WHERE s.type = 'deal-signed'
    AND (s.deal, s.o) NOT IN (SELECT (deal, o) FROM again);

-- Whose deal: the lead it names while its claim is live, else the customer's first live one.
CREATE TEMP TABLE sources AS
WITH pairs AS (
    SELECT deal, signing, l.lead, -1 AS opened
    FROM signings s JOIN leads l ON s.lead = l.lead
    WHERE opened < signing AND signed_at < opened_at + 7776000000000
    UNION ALL
    SELECT deal, signing, l.lead, opened
    FROM signings s JOIN leads l ON s.customer = l.customer
    WHERE s.lead IS DISTINCT FROM l.lead
        AND opened < signing AND signed_at < opened_at + 7776000000000
), refused AS (
    SELECT p.deal, p.lead
    FROM pairs p JOIN facts f ON f.lead = p.lead AND f.o < p.signing
    WHERE f.type IN ('lead-qualified', 'lead-disqualified', 'lead-recycled')
        AND p.lead IN (SELECT lead FROM facts WHERE type = 'lead-disqualified')
    GROUP BY ALL HAVING arg_max(f.type, f.o) = 'lead-disqualified'
), decided AS (
    SELECT deal, arg_min(lead, opened) AS claimed
    FROM pairs ANTI JOIN refused USING (deal, lead)
    GROUP BY deal
)
SELECT s.deal, d.claimed, l.name AS claim, l.repair AS claim_repair,
    CASE WHEN claimed IS NULL THEN CASE WHEN len(signed_by) > 0 THEN 'self' ELSE 'house' END
        WHEN l.side = 'sales' THEN 'self' ELSE l.side END AS source,
    CASE WHEN l.side = 'marketing' THEN l.found_by END AS finder
FROM signings s LEFT JOIN decided d USING (deal) LEFT JOIN leads l ON l.lead = d.claimed;

-- Contracts that were amended: steps, layers, and what they are worth from when on.
CREATE TEMP TABLE steps AS
WITH amended AS (
    SELECT f.*, s.signed_at, s.currency AS signed_in, s.signing
    FROM facts f JOIN signings s USING (deal)
    WHERE f.type = 'contract-amended' AND coalesce(f.currency, s.currency) = s.currency
), plain AS (
    SELECT deal, signing AS o, signed_at AS dated, 'signing' AS kind, amount AS value, signed_by,
        signing, name, repair
    FROM signings WHERE deal IN (SELECT deal FROM amended)
    UNION ALL
    SELECT deal, o, greatest(dated, signed_at), kind, coalesce(amount, 0), signed_by, signing,
        name, repair
    FROM amended WHERE kind <> 'correction'
), aimed AS (
    SELECT c.deal, c.o AS correction, c.amount, c.name, c.repair,
        arg_max(p.o, CASE WHEN p.kind = 'signing' THEN 0 ELSE p.o END) AS target
    FROM amended c JOIN plain p USING (deal)
    WHERE c.kind = 'correction' AND p.kind <> 'cancellation'
        AND CASE WHEN c.corrects IS NOT NULL THEN c.corrects = p.name
            ELSE p.kind = 'signing' OR p.o < c.o END
    GROUP BY ALL
), last_aimed AS (
    SELECT deal, target, arg_max(a, correction) AS a FROM aimed a GROUP BY ALL
), valued AS (
    SELECT p.* REPLACE (coalesce(a.amount, p.value) AS value),
        list_filter([a.name, a.repair], lambda x: x IS NOT NULL) AS corrected_by,
        sum((kind = 'renewal')::BIGINT) OVER in_deal AS term
    FROM plain p LEFT JOIN last_aimed l ON p.o = target AND p.deal = l.deal
    WINDOW in_deal AS (PARTITION BY p.deal ORDER BY p.dated, p.kind <> 'signing', p.o
        ROWS UNBOUNDED PRECEDING)
), alive AS (
    SELECT *, coalesce(sum((kind = 'cancellation')::BIGINT) OVER (PARTITION BY deal, term
        ORDER BY dated, kind <> 'signing', o
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS over
    FROM valued
)
SELECT *, row_number() OVER (PARTITION BY deal ORDER BY dated, kind <> 'signing', o) AS place,
    coalesce(lag(value) OVER (PARTITION BY deal, term ORDER BY dated, kind <> 'signing', o), 0)
        AS before
FROM alive WHERE over = 0;

CREATE TEMP TABLE layers AS
SELECT deal, o AS layer, dated AS opened_at, term, place, before, value,
    CASE WHEN signed_by IS NOT NULL THEN o ELSE signing END AS split, name, repair
FROM steps WHERE kind IN ('signing', 'renewal') OR value > before
UNION ALL BY NAME
SELECT deal, signing AS layer, signed_at AS opened_at, 0 AS term, 1 AS place, 0 AS before,
    amount AS value, signing AS split, name, repair
FROM signings WHERE deal NOT IN (SELECT deal FROM steps);

-- What layers are worth at the ends of periods; `because` beyond lead, signing and opening.
CREATE TEMP TABLE states AS
WITH after AS (
    SELECT l.deal, l.layer, s.dated, s.o, s.place, s.name, s.repair, s.corrected_by,
        greatest(min(least(s.value, l.value)) OVER (PARTITION BY l.deal, l.layer
            ORDER BY s.place ROWS UNBOUNDED PRECEDING), l.before) - l.before AS worth
    FROM layers l JOIN steps s ON s.deal = l.deal AND s.term = l.term AND s.place >= l.place
), changed AS (
    SELECT * FROM after
    QUALIFY lag(worth) OVER (PARTITION BY deal, layer ORDER BY place) IS DISTINCT FROM worth
), told AS (
    SELECT deal, layer, worth, place, period_of(dated) AS period,
        flatten(list(list_concat(corrected_by, CASE WHEN o <> layer THEN
            list_filter([name, repair], lambda x: x IS NOT NULL) ELSE [] END))
            OVER (PARTITION BY deal, layer ORDER BY place ROWS UNBOUNDED PRECEDING)) AS because
    FROM changed
)
SELECT deal, layer, period, worth, because FROM told
QUALIFY row_number() OVER (PARTITION BY deal, layer, period ORDER BY place DESC) = 1
UNION ALL
SELECT deal, signing, period_of(signed_at), amount, [] FROM signings
WHERE deal NOT IN (SELECT deal FROM steps);

-- Credits: whole weights over the common denominator of a split.
CREATE TEMP TABLE signers AS
WITH splits AS (
    SELECT deal, signing AS split, signed_by FROM signings
    UNION ALL
    SELECT deal, o, signed_by FROM steps WHERE kind <> 'signing' AND signed_by IS NOT NULL
), parts AS (
    SELECT deal, split, len(signed_by) AS n, unnest(signed_by) AS s FROM splits
), exact AS (
    SELECT deal, split, n, s.payee, s.num, s.den FROM parts
)
SELECT deal, split, payee, num AS weight, den AS whole FROM exact WHERE n = 1
UNION ALL
SELECT deal, split, unnest(payees),
    unnest(list_transform(nums, lambda x, i: x * (whole // dens[i]))), whole
FROM (
    SELECT deal, split, list(payee) AS payees, list(num) AS nums, list(den) AS dens,
        list_reduce(list(den), lambda a, b: lcm(a, b)) AS whole
    FROM exact WHERE n > 1 GROUP BY deal, split
);

CREATE TEMP TABLE credits AS
WITH met AS (
    SELECT g.deal, split, weight AS met FROM signers g JOIN sources s
    ON s.deal = g.deal AND s.finder = g.payee
), sold AS (
    SELECT g.*, s.source, s.finder, coalesce(met, 0) AS met
    FROM signers g JOIN sources s USING (deal) LEFT JOIN met USING (deal, split)
)
SELECT deal, split, payee, 'sales' AS role,
    CASE WHEN payee = finder THEN 'self' ELSE source END AS source, weight, whole,
    CASE WHEN source <> 'marketing' THEN whole WHEN payee = finder THEN weight
        ELSE whole - met END AS class_weight
FROM sold
UNION ALL
SELECT s.deal, split, finder, 'marketing', source, whole - coalesce(met, 0), whole,
    whole - coalesce(met, 0)
FROM sources s JOIN (SELECT DISTINCT deal, split, whole FROM signers) USING (deal)
    LEFT JOIN met USING (deal, split)
WHERE finder IS NOT NULL AND whole > coalesce(met, 0);

-- Commission: rounded once, divided by largest remainder.
CREATE TEMP TABLE parts AS
WITH priced AS (
    SELECT l.deal, l.layer, l.split, l.opened_at, l.name, l.repair, g.currency,
        g.name AS signing_name, g.repair AS signing_repair, fx_num, fx_den
    FROM layers l JOIN signings g USING (deal)
        ASOF JOIN rates r ON g.currency = r.currency AND l.opened_at >= r.since
    WHERE l.opened_at >= 1735660800000000
), reasons AS (
    SELECT p.*, t.period, t.worth, s.claimed, f.deal IS NOT NULL AS amended,
        CASE WHEN f.deal IS NULL AND s.claim_repair IS NULL AND p.repair IS NULL
            THEN pair(s.claim, p.signing_name)
            ELSE list_sort(list_distinct(list_filter(list_concat([s.claim, s.claim_repair,
                p.signing_name, p.signing_repair, p.name, p.repair], coalesce(f.corrected_by, []),
                t.because), lambda x: x IS NOT NULL))) END AS because
    FROM priced p JOIN states t USING (deal, layer) JOIN sources s USING (deal)
        LEFT JOIN (SELECT deal, corrected_by FROM steps WHERE kind = 'signing') f USING (deal)
), wholes AS (
    SELECT r.*, c.payee, c.role, c.source, c.weight, c.whole, c.class_weight,
        CASE WHEN role = 'marketing' THEN 'marketing-commission'
            WHEN source = 'marketing' THEN 'sales-commission' ELSE 'self-sourced' END AS component,
        CASE WHEN role = 'marketing' THEN '4%' WHEN source = 'marketing' THEN '2%' ELSE '5%' END
            AS rate,
        worth * fx_num * class_weight AS n,
        fx_den * c.whole * CASE WHEN role = 'marketing' THEN 25
            WHEN source = 'marketing' THEN 50 ELSE 20 END AS d
    FROM reasons r JOIN credits c USING (deal, split)
    WHERE source IN ('marketing', 'self')
), rounded AS (
    SELECT * EXCLUDE (n, d), n // d + CASE WHEN 2 * (n % d) > d OR (2 * (n % d) = d AND (n // d) % 2 = 1)
        THEN 1 ELSE 0 END AS payout
    FROM wholes
), floored AS (
    SELECT *, payout * weight // class_weight AS part, payout * weight % class_weight AS rest
    FROM rounded
)
SELECT * EXCLUDE (part, rest), part AS amount FROM floored WHERE weight = class_weight
UNION ALL BY NAME
SELECT * EXCLUDE (part, rest), part + (row_number() OVER (PARTITION BY deal, layer, source, role, period
        ORDER BY rest DESC, weight DESC, payee)
    <= payout - sum(part) OVER (PARTITION BY deal, layer, source, role, period))::BIGINT AS amount
FROM floored WHERE weight <> class_weight;

CREATE TEMP TABLE qualified AS
SELECT f.lead, f.dated, f.name, f.repair, l.found_by, l.side, l.name AS lead_name,
    l.repair AS lead_repair
FROM facts f JOIN leads l USING (lead)
WHERE f.o IN (SELECT min(o) FROM facts WHERE type = 'lead-qualified' GROUP BY lead)
    AND l.side = 'marketing' AND l.found_by IS NOT NULL;

-- The gate: 30 % of a month's qualified leads are signed in it; nobody qualified leaves it open.
CREATE TEMP TABLE shut AS
WITH signed AS (
    SELECT l.lead, l.found_by, min(s.signed_at) AS dated
    FROM signings s JOIN sources c USING (deal)
        JOIN leads l ON l.lead = coalesce(s.lead, c.claimed)
    WHERE l.side = 'marketing' AND l.found_by IS NOT NULL AND NOT EXISTS (
        FROM facts f WHERE f.kind = 'cancellation' AND f.deal = s.deal AND f.dated <= s.signed_at)
    GROUP BY ALL
), counted AS (
    SELECT found_by, period_of(dated) AS "window", 1 AS q, 0 AS s FROM qualified
    UNION ALL SELECT found_by, period_of(dated), 0, 1 FROM signed
)
SELECT found_by AS payee, "window" FROM counted GROUP BY ALL
HAVING sum(q) > 0 AND sum(s) * 10 < sum(q) * 3;

CREATE TEMP VIEW commissions AS
SELECT p.payee, period, 'deal/' || deal AS subject, deal, claimed AS lead, name, component, source,
    role, rate, weight AS share_num, whole AS share_den, currency AS base_currency, worth AS base,
    CASE WHEN s.payee IS NULL THEN amount ELSE 0 END AS amount, because, amended
FROM parts p LEFT JOIN shut s
    ON role = 'marketing' AND p.payee = s.payee AND period_of(opened_at) = s."window";

-- Awards: 200.00 a deal in equal parts, 2,000.00 a payee and month at most, in order of effect.
CREATE TEMP TABLE awards AS
WITH joint AS (
    SELECT deal, o, dated, name, repair, payees FROM facts
    WHERE o IN (SELECT min(o) FROM facts WHERE type = 'joint-signing-confirmed' GROUP BY deal)
), shared AS (
    SELECT j.* EXCLUDE (payees), len(payees) AS n, period_of(j.dated) AS month,
        unnest(list_sort(payees)) AS payee,
        unnest(range(len(payees))) AS seat, list_sort(list_filter([j.name, j.repair, s.name,
            s.repair], lambda x: x IS NOT NULL)) AS because
    FROM joint j JOIN signings s USING (deal)
    WHERE j.dated >= 1735660800000000
), changes AS (
    SELECT deal, period, sum(worth - coalesce(was, 0)) AS change FROM (
        SELECT deal, period, worth,
            lag(worth) OVER (PARTITION BY deal, layer ORDER BY period) AS was
        FROM states WHERE deal IN (SELECT deal FROM shared)
    ) GROUP BY ALL
), standing AS (
    SELECT deal, period, sum(change) OVER (PARTITION BY deal ORDER BY period
        ROWS UNBOUNDED PRECEDING) > 0 AS stands
    FROM changes
), own AS (
    SELECT s.deal, s.o, s.payee, s.month, greatest(t.period, s.month) AS period,
        arg_max(t.stands, t.period) AS stands
    FROM shared s JOIN standing t USING (deal) GROUP BY ALL
), moments AS (
    SELECT DISTINCT payee, month, period FROM own
), wide AS (
    SELECT s.*, m.period, coalesce(t.stands, false) AS stands
    FROM shared s JOIN moments m USING (payee, month)
        ASOF LEFT JOIN own t ON t.o = s.o AND t.payee = s.payee AND m.period >= t.period
), running AS (
    SELECT *, CASE WHEN stands THEN 20000 // n + (seat < 20000 % n)::BIGINT ELSE 0 END AS worth,
        sum(worth) OVER (PARTITION BY payee, month, period ORDER BY o ROWS UNBOUNDED PRECEDING)
            AS so_far
    FROM wide
)
SELECT *, least(so_far, 200000) - least(so_far - worth, 200000) AS amount FROM running;

-- Lines: differences from period to period; contracts without amendments have one period.
COPY (
    WITH busy AS (
        SELECT * EXCLUDE (amended) FROM commissions WHERE amended
        UNION ALL BY NAME
        SELECT payee, period, 'deal/' || deal AS subject, deal, name, 'collaboration' AS component,
            1 AS share_num, n AS share_den, amount::BIGINT AS amount, because
        FROM awards
    ), every AS (
        SELECT * EXCLUDE (amended) FROM commissions WHERE NOT amended
        UNION ALL BY NAME
        SELECT * REPLACE (base - coalesce(lag(base) OVER line, 0) AS base,
            amount - coalesce(lag(amount) OVER line, 0) AS amount)
        FROM busy
        WINDOW line AS (PARTITION BY payee, subject, name, component, source ORDER BY period)
        UNION ALL BY NAME
        SELECT found_by AS payee, period_of(dated) AS period, 'lead/' || lead AS subject, lead,
            name, 'valid-lead-points' AS component, 'marketing' AS role, 5000 AS amount,
            CASE WHEN lead_repair IS NULL AND repair IS NULL THEN pair(lead_name, name)
                ELSE list_sort(list_filter([lead_name, lead_repair, name, repair],
                    lambda x: x IS NOT NULL)) END AS because
        FROM qualified WHERE dated >= 1735660800000000
    )
    SELECT payee, period::BIGINT AS period, subject, deal, lead, name.source AS fact_source,
        name.id AS fact_id, component, source, 'seed-4-2-5@1' AS plan, 'CNY' AS currency, role,
        rate, share_num, share_den, base, base_currency, amount, because
    FROM every WHERE amount <> 0
) TO (getvariable('lines')) (FORMAT parquet, COMPRESSION zstd);
