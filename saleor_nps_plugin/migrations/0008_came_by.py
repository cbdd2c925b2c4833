from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_nps_plugin", "0007_thanks_due"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("source", "order"), _negated=True),
                fields=["source"],
                name="nps_invitation_source",
            ),
        ),
    ]
