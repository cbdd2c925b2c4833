from django.db import migrations

SCORES = range(11)
SCORE_FIELDS = ", ".join(f"score_{score}" for score in SCORES)
COUNTED = ", ".join(f"count(*) FILTER (WHERE score = {score})" for score in SCORES)
SUMMED = ", ".join(f"sum(score_{score})" for score in SCORES)
FIELDS = f"span, dimension, country, survey_id, day, channel, key, sent, answered, {SCORE_FIELDS}"

# The choices that were made, beside what else an answer is broken down by.
NOTE_REASONS = """
UPDATE nps_response AS r SET segments = r.segments || jsonb_build_object('reason', chosen.keys)
FROM (
    SELECT response_id, jsonb_agg(DISTINCT question_id || ':' || choice) AS keys
    FROM nps_answer AS a JOIN nps_question AS q ON q.id = a.question_id CROSS JOIN unnest(a.choices) AS choice
    WHERE q.kind IN ('single_choice', 'multiple_choice')
    GROUP BY response_id
) AS chosen
WHERE r.id = chosen.response_id
"""
FORGET_REASONS = "UPDATE nps_response SET segments = segments - 'reason' WHERE segments ? 'reason'"
COUNT_REASONS = f"""
WITH reasons AS (
    SELECT survey_id, (created_at AT TIME ZONE 'UTC')::date AS day, channel, country, score, segments, reason
    FROM nps_response CROSS JOIN LATERAL jsonb_array_elements_text(segments -> 'reason') AS w (reason)
    WHERE is_counted AND segments ? 'reason'
)
INSERT INTO nps_tally ({FIELDS})
SELECT 'day', 'reason', place, survey_id, day, channel, reason, 0, 0, {COUNTED}
FROM reasons CROSS JOIN LATERAL (SELECT '' UNION SELECT country) AS p (place)
GROUP BY place, survey_id, day, channel, reason
UNION ALL
SELECT 'day', 'product_reason', '', survey_id, day, channel, product || ':' || reason, 0, 0, {COUNTED}
FROM reasons CROSS JOIN LATERAL jsonb_array_elements_text(segments -> 'product') AS b (product)
GROUP BY survey_id, day, channel, product || ':' || reason
"""
COUNT_MONTHS = f"""
INSERT INTO nps_tally ({FIELDS})
SELECT 'month', dimension, country, survey_id, date_trunc('month', day)::date, channel, key, sum(sent), sum(answered), {SUMMED}
FROM nps_tally WHERE span = 'day'
GROUP BY dimension, country, survey_id, date_trunc('month', day)::date, channel, key
"""
ONLY_OLD_COUNTS = "DELETE FROM nps_tally WHERE span = 'month' OR dimension IN ('reason', 'product_reason')"
COUNT_INVITATIONS = """
INSERT INTO nps_invitation_tally (survey_id, day, channel, stage, count)
SELECT survey_id, (created_at AT TIME ZONE 'UTC')::date, channel, stage, count(*)
FROM nps_invitation CROSS JOIN LATERAL (VALUES
    (CASE WHEN status = 'skipped' THEN skip_reason ELSE 'asked' END),
    (CASE WHEN sent_at IS NOT NULL THEN 'sent' END),
    (CASE WHEN opened_at IS NOT NULL THEN 'opened' END),
    (CASE WHEN status = 'answered' THEN 'answered' END)
) AS s (stage)
WHERE is_tallied AND stage IS NOT NULL
GROUP BY 1, 2, 3, 4
"""


class Migration(migrations.Migration):
    """Counts what is there already in the ways that are new: by reason, by month, by what became of invitations."""

    dependencies = [("saleor_nps_plugin", "0003_dashboard")]

    operations = [
        migrations.RunSQL(NOTE_REASONS, FORGET_REASONS),
        migrations.RunSQL([COUNT_REASONS, COUNT_MONTHS], ONLY_OLD_COUNTS),
        migrations.RunSQL(COUNT_INVITATIONS, migrations.RunSQL.noop),
    ]
