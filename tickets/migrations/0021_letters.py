"""Letters are a channel: a choice more, no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0020_mails_that_are_owed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contact',
            name='channel',
            field=models.CharField(choices=[('phone', 'Phone'), ('email', 'E-mail'), ('chat', 'Chat'), ('screen_share', 'Screen share'), ('walk_in', 'Walk-in'), ('portal', 'Portal'), ('slack', 'Slack'), ('letter', 'Letter'), ('api', 'API')], max_length=16),
        ),
        migrations.AlterField(
            model_name='message',
            name='channel',
            field=models.CharField(choices=[('phone', 'Phone'), ('email', 'E-mail'), ('chat', 'Chat'), ('screen_share', 'Screen share'), ('walk_in', 'Walk-in'), ('portal', 'Portal'), ('slack', 'Slack'), ('letter', 'Letter'), ('api', 'API')], max_length=16),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='channel',
            field=models.CharField(choices=[('phone', 'Phone'), ('email', 'E-mail'), ('chat', 'Chat'), ('screen_share', 'Screen share'), ('walk_in', 'Walk-in'), ('portal', 'Portal'), ('slack', 'Slack'), ('letter', 'Letter'), ('api', 'API')], max_length=16),
        ),
    ]
