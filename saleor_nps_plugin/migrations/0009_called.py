from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("saleor_nps_plugin", "0008_came_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="detractoralert",
            name="called_at",
            field=models.DateTimeField(null=True),
        ),
    ]
