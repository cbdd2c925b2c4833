from django.db import migrations, models

# Answers that came before, as far back as thanks are looked after.
LOOK_AT_THOSE_OF_THESE_DAYS = """
UPDATE nps_response SET thanks_due_at = updated_at + interval '15 minutes'
WHERE created_at > now() - interval '3 days' AND import_key = '' AND shopper_id IS NOT NULL"""


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_nps_plugin", "0006_door_network"),
    ]

    operations = [
        migrations.AddField(
            model_name="response",
            name="thanks_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=models.Q(("thanks_due_at__isnull", False)),
                fields=["thanks_due_at"],
                name="nps_response_thanks_due",
            ),
        ),
        migrations.RunSQL(LOOK_AT_THOSE_OF_THESE_DAYS, migrations.RunSQL.noop),
    ]
