"""Everything at once, for a new database. One that has the earlier ones goes on from there."""

import accounts.zones
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.migrations._together import CreateTogether


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_real_time_zones'),
        ('accounts', '0003_wants_surveys'),
        ('accounts', '0004_language'),
        ('accounts', '0005_account_mails'),
        ('accounts', '0006_wanted_mails'),
        ('accounts', '0007_stand_ins'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='AccountMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('address', models.EmailField(max_length=254)),
                    ('subject', models.CharField(max_length=250)),
                    ('body', models.TextField()),
                    ('html', models.TextField(blank=True)),
                    ('created_at', models.DateTimeField()),
                    ('send_after', models.DateTimeField(db_index=True)),
                    ('expires_at', models.DateTimeField()),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                ],
                options={
                    'ordering': ('send_after', 'pk'),
                },
            ),
            migrations.CreateModel(
                name='Organization',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, unique=True)),
                    ('tier', models.CharField(choices=[('standard', 'Standard'), ('business', 'Business'), ('premier', 'Premier')], default='standard', max_length=16)),
                    ('notes', models.TextField(blank=True)),
                    ('is_active', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'ordering': ('name',),
                },
            ),
            migrations.CreateModel(
                name='Team',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, unique=True)),
                    ('level', models.PositiveSmallIntegerField(choices=[(1, 'L1'), (2, 'L2'), (3, 'L3'), (4, 'Field'), (5, 'Vendor')], default=1)),
                    ('is_confidential', models.BooleanField(default=False)),
                    ('is_active', models.BooleanField(default=True)),
                ],
                options={
                    'ordering': ('level', 'name'),
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('email', models.EmailField(max_length=254, unique=True)),
                    ('name', models.CharField(max_length=150)),
                    ('role', models.CharField(choices=[('customer', 'Customer'), ('agent', 'Agent'), ('lead', 'Lead'), ('manager', 'Manager'), ('administrator', 'Administrator')], default='customer', max_length=16)),
                    ('is_organization_viewer', models.BooleanField(default=False, verbose_name="may see the whole organization's tickets")),
                    ('home_level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'L1'), (2, 'L2'), (3, 'L3'), (4, 'Field'), (5, 'Vendor')], help_text='Staff only.', null=True)),
                    ('job_title', models.CharField(blank=True, max_length=120)),
                    ('phone', models.CharField(blank=True, max_length=40)),
                    ('time_zone', models.CharField(blank=True, help_text="Empty: the desk's own time zone.", max_length=64, validators=[accounts.zones.check_zone])),
                    ('language', models.CharField(blank=True, choices=[('en', 'English'), ('de', 'Deutsch')], help_text="Empty: the desk's own language.", max_length=8)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_stand_in', models.BooleanField(default=False, editable=False, help_text='Made for one imported ticket, as its log names no customer.', verbose_name='stands for nobody known')),
                    ('is_taking_work', models.BooleanField(default=True, verbose_name='takes calls and tickets')),
                    ('wants_begun_mails', models.BooleanField(default=True, verbose_name='is told when work begins')),
                    ('wants_closed_mails', models.BooleanField(default=True, verbose_name='is told when a ticket is closed')),
                    ('wants_surveys', models.BooleanField(default=True, verbose_name='may be asked how we did')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.organization')),
                ],
                options={
                    'ordering': ('name', 'pk'),
                    'indexes': [models.Index(fields=['role', 'is_active', 'name'], name='user_role_active_name')],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_lower_unique')],
                },
            ),
            migrations.CreateModel(
                name='OrganizationDomain',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('domain', models.CharField(max_length=253, unique=True)),
                    ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domains', to='accounts.organization')),
                ],
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('is_lead', models.BooleanField(default=False)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.team')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('team', 'user'), name='membership_once_per_team')],
                },
            ),
        ]),
        migrations.AddField(
            model_name='team',
            name='members',
            field=models.ManyToManyField(related_name='teams', through='accounts.Membership', to=settings.AUTH_USER_MODEL),
        ),
    ]
