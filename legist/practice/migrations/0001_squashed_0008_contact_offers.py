"""All tables as they stand after what is named in `replaces`, in one step for a new database."""

import django.db.models.deletion
import legist.core.crypto
import legist.core.ids
import legist.core.seals
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ('practice', '0001_initial'),
        ('practice', '0002_walls_on_clients'),
        ('practice', '0003_seals'),
        ('practice', '0004_seal_what_the_record_tells'),
        ('practice', '0005_sign_in_jobs_and_leaving'),
        ('practice', '0006_contact_changes'),
        ('practice', '0007_protected_clients'),
        ('practice', '0008_contact_offers'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(help_text='Lower case; the sign-in name.', max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(blank=True, help_text='Empty for clients.', max_length=120, verbose_name='name')),
                ('role', models.CharField(choices=[('attorney', 'Attorney'), ('paralegal', 'Paralegal'), ('operations', 'Operations'), ('manager', 'Manager'), ('client', 'Client')], max_length=12, verbose_name='role')),
                ('language', models.CharField(default='en', help_text='Language of pages and mail.', max_length=5)),
                ('is_active', models.BooleanField(default=True)),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('role__in', ['attorney', 'paralegal', 'operations', 'manager', 'client'])), name='user_known_role'),
                    models.CheckConstraint(condition=models.Q(models.Q(('role', 'client'), _negated=True), ('password__startswith', '!'), _connector='OR'), name='user_client_has_no_password'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', legist.core.crypto.EncryptedTextField()),
                ('email', legist.core.crypto.EncryptedTextField(blank=True, null=True)),
                ('email_index', models.CharField(help_text='Blind index of the lower-case address.', max_length=64, null=True, unique=True)),
                ('phone', legist.core.crypto.EncryptedTextField(blank=True, null=True)),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', max_length=5)),
                ('left_portal_at', models.DateTimeField(blank=True, help_text='When they ended their access themselves; a new invitation undoes it.', null=True)),
                ('protected_at', models.DateTimeField(blank=True, help_text='Since when nothing may go anywhere but to the safe contact, which stands above.', null=True)),
                ('reach_note', legist.core.crypto.EncryptedTextField(blank=True, help_text='What to know before one writes or calls.', null=True)),
                ('unprotected_forms', models.CharField(blank=True, default='', help_text='Forms that proposed protection and were decided against, separated by commas.', max_length=60)),
                ('created_at', models.DateTimeField()),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='client', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ContactChange',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('before', legist.core.crypto.EncryptedJSONField(help_text='{field: what stood there}')),
                ('email_index', models.CharField(db_index=True, help_text='Blind index of the address that was replaced: lists go on naming it.', max_length=64, null=True)),
                ('reason', legist.core.crypto.EncryptedTextField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_changes', to='practice.client')),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ContactOffer',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('field', models.CharField(help_text='Which field of the contact data.', max_length=10)),
                ('value', legist.core.crypto.EncryptedTextField(help_text='What the list says.')),
                ('digest', models.CharField(help_text='Keyed digest of field and value.', max_length=64)),
                ('source', models.UUIDField(help_text='The import whose list said it first.')),
                ('state', models.CharField(choices=[('open', 'Waits for a decision'), ('taken', 'Taken over'), ('dismissed', 'Dismissed')], default='open', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_offers', to='practice.client')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [
                    models.Index(condition=models.Q(('state', 'open')), fields=['source'], name='contact_offer_open'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('client', 'digest'), name='contact_offered_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='practice.client')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(help_text="The firm's own number.", max_length=60, unique=True)),
                ('title', legist.core.crypto.EncryptedTextField()),
                ('kind', models.CharField(choices=[('case', 'Case'), ('rfe', 'RFE response')], default='case', max_length=12)),
                ('stage', models.CharField(choices=[('intake', 'Intake'), ('filed', 'Filed'), ('responding', 'Responding to USCIS'), ('post_adjudication', 'After the decision'), ('to_close', 'Ready to close'), ('closed', 'Closed')], default='filed', max_length=20)),
                ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('attorney', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attorney_matters', to=settings.AUTH_USER_MODEL)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='practice.client')),
                ('paralegal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paralegal_matters', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='practice.matter')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [
                    models.Index(fields=['state', '-id'], name='matter_state'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(('closed_at__isnull', False), ('state', 'closed')), _connector='OR'), name='matter_closed_has_time'),
                    models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='matter_not_own_parent'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MatterGroupObjectPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='practice.matter')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.group')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
            ],
            options={
                'abstract': False,
                'unique_together': {('group', 'permission', 'content_object')},
            },
        ),
        migrations.CreateModel(
            name='MatterUserObjectPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='practice.matter')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'unique_together': {('user', 'permission', 'content_object')},
            },
        ),
        migrations.CreateModel(
            name='SignInCode',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('address_index', models.CharField(help_text='Blind index of the lower-case address.', max_length=64)),
                ('code', legist.core.crypto.EncryptedTextField()),
                ('mails', models.PositiveSmallIntegerField(default=0, help_text='How often it was to be mailed.')),
                ('made_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['address_index', '-made_at'], name='sign_in_code_address'), models.Index(fields=['made_at'], name='sign_in_code_made')],
            },
        ),
        migrations.CreateModel(
            name='SignInJob',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('code', 'Mail a code'), ('reset', 'Mail a link for a new password'), ('failure', 'Record a failed sign-in'), ('letter', 'Mail a letter')], max_length=8)),
                ('address_index', models.CharField(max_length=64)),
                ('content', legist.core.crypto.EncryptedJSONField(help_text='The address, and the code or the letter; empty once it is done.', null=True)),
                ('created_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'address_index', 'created_at'], name='sign_in_job_address'), models.Index(fields=['created_at'], name='sign_in_job_created')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='team', to='auth.group')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Wall',
            fields=[
                ('id', models.UUIDField(default=legist.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', legist.core.crypto.EncryptedTextField()),
                ('created_at', models.DateTimeField()),
                ('earlier', models.CharField(blank=True, choices=[('', 'None of those'), ('unsorted', 'Not looked at yet'), ('undecided', 'A person has to say how far it reaches')], default='', help_text='Whether it stood before walls on clients, and still has to be sorted.', max_length=12)),
                ('seal', legist.core.seals.SealField(covers=('client_id', 'matter_id', 'user_id', 'created_by_id', 'created_at'), default='', editable=False, max_length=64)),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='walls', to='practice.client')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('matter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='walls', to='practice.matter')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='walls', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'practice_matterwall',
                'indexes': [
                    models.Index(condition=models.Q(('earlier', ''), _negated=True), fields=['earlier'], name='wall_earlier'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('matter', 'user'), name='wall_once'),
                    models.UniqueConstraint(fields=('client', 'user'), name='wall_once_on_client'),
                    models.CheckConstraint(condition=models.Q(models.Q(('client__isnull', True), ('matter__isnull', False)), models.Q(('client__isnull', False), ('matter__isnull', True)), _connector='OR'), name='wall_on_client_or_matter'),
                ],
            },
        ),
    ]
