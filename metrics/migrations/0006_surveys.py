import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('metrics', '0005_followed_settings'),
        ('tickets', '0009_surveys'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticketfacts',
            name='csat',
            field=models.PositiveSmallIntegerField(help_text='1 to 5, answered last.', null=True),
        ),
        migrations.AddField(
            model_name='ticketfacts',
            name='nps',
            field=models.PositiveSmallIntegerField(help_text='0 to 10, answered last.', null=True),
        ),
        migrations.CreateModel(
            name='SurveyFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('sent_at', models.DateTimeField()),
                ('sent_on', models.DateField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('score', models.PositiveSmallIntegerField(null=True)),
                ('has_comment', models.BooleanField(default=False)),
                ('level', models.PositiveSmallIntegerField(help_text='Where it was resolved.')),
                ('team_key', models.PositiveBigIntegerField(default=0)),
                ('agent_key', models.PositiveBigIntegerField(default=0, help_text='Who resolved it.')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='survey_facts', to='tickets.ticket')),
            ],
            options={
                'ordering': ('ticket_id', 'sent_at'),
                'indexes': [models.Index(fields=['answered_on'], name='survey_fact_answered'), models.Index(fields=['sent_on'], name='survey_fact_sent')],
            },
        ),
    ]
