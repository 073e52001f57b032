
from django.db import migrations, models

class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Count',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('what', models.CharField(choices=[('visitors', 'opened by visitors'), ('members', 'opened by members'), ('gate', 'met the gate'), ('joined', 'joined here'), ('finished', 'read to the end'), ('heard', 'heard to the end'), ('sponsor', 'sponsor line shown'), ('own', 'from our own pages'), ('search', 'from our own search'), ('engines', 'from search engines'), ('feeds', 'from feed readers'), ('mails', 'from our mails'), ('elsewhere', 'from other sites')], max_length=10)),
                ('about', models.PositiveBigIntegerField()),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['day'], name='counts_of_a_day')],
                'constraints': [models.UniqueConstraint(fields=('about', 'what', 'day'), name='one_count_a_day')],
            },
        ),
        migrations.CreateModel(
            name='NamedCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('host', 'site'), ('door', 'way in')], max_length=4)),
                ('name', models.CharField(max_length=100)),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'name', 'day'), name='one_named_count')],
            },
        ),
        migrations.CreateModel(
            name='Recent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('visitors', 'opened by visitors'), ('members', 'opened by members'), ('gate', 'met the gate'), ('joined', 'joined here'), ('finished', 'read to the end'), ('heard', 'heard to the end'), ('sponsor', 'sponsor line shown'), ('own', 'from our own pages'), ('search', 'from our own search'), ('engines', 'from search engines'), ('feeds', 'from feed readers'), ('mails', 'from our mails'), ('elsewhere', 'from other sites')], max_length=10)),
                ('about', models.PositiveBigIntegerField()),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['what', '-count'], name='most_recent')],
                'constraints': [models.UniqueConstraint(fields=('about', 'what'), name='one_recent_count')],
            },
        ),
    ]
