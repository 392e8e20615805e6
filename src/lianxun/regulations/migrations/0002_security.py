from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from django.db import migrations

from lianxun.fabric.rowsecurity import SecureLike, SecureRows
from lianxun.fabric.transitions import GuardTransitions
from lianxun.regulations.enums import INSTITUTION_TRANSITIONS, INTAKE_TRANSITIONS

_DUTY = "(select lx.has_duty('regulations'))"
_MINE = (
    "((p.owner_path >= (select lx.unit_path()) and p.owner_path < (select lx.unit_path_end())) "
    "or (p.region >= (select lx.region_lo()) and p.region <= (select lx.region_hi())))"
)


def open_to_all(table: str) -> list[str]:
    """Rows marked for everyone are read by whoever holds the duty; the restrictions stay."""
    return [
        f"create policy acc_open on {table} for select to lx_app using (everyone and {_DUTY})",
    ]


def part_of(table: str, parent: str, column: str) -> list[str]:
    """Rows without labels: readable with their parent, writable where the parent may be kept."""
    seen = f"exists (select 1 from {parent} p where p.id = {column})"
    kept = f"({_DUTY} and exists (select 1 from {parent} p where p.id = {column} and {_MINE}))"
    service = f"(select lx.service_may('{table}'))"
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy acc_read on {table} for select to lx_app using ({service} or {seen})",
        f"create policy acc_insert on {table} for insert to lx_app with check ({kept})",
        f"create policy acc_update on {table} for update to lx_app using ({kept}) with check ({kept})",
        f"create policy acc_delete on {table} for delete to lx_app using ({kept})",
        f"create policy backup on {table} for select to lx_backup using (true)",
    ]


_CHANGES = [
    "alter table regulations_librarychange enable row level security",
    "alter table regulations_librarychange force row level security",
    # Ids and moments only: whoever searches must know how far the index has to come.
    "create policy acc_read on regulations_librarychange for select to lx_app "
    "using ((select lx.signed_in()))",
    f"create policy acc_insert on regulations_librarychange for insert to lx_app with check ({_DUTY})",
    "create policy backup on regulations_librarychange for select to lx_backup using (true)",
]

# A personal collection is nobody else's business, also inside the own unit.
_PERSONAL = [
    "create policy acc_personal on regulations_collection as restrictive for all to lx_app "
    "using (not personal or account_id = (select lx.account())) "
    "with check (not personal or account_id = (select lx.account()))"
]


def employ(apps: Any, schema_editor: Any) -> None:
    """The service identity that builds the search index; what a reader gets is filtered for him."""
    alias = schema_editor.connection.alias
    apps.get_model("access", "Account").objects.using(alias).get_or_create(
        id=uuid5(NAMESPACE_DNS, "service.search.lianxun"),
        defaults={
            "username": "service:search",
            "password": "!",
            "unit_id": uuid5(NAMESPACE_DNS, "platform.lianxun"),
            "display_name": "法规检索服务",
            "clearance": 3,
            "roles": [],
            "duties": [],
            "compartments": [],
            "service": "search",
            "created_at": "2026-11-22T00:00:00Z",
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("regulations", "0001_first"),
        ("access", "0002_context"),
        ("organisation", "0004_security"),
    ]
    operations = [
        SecureRows("regulations_work", "regulations", kind="regulations.work"),
        SecureRows("regulations_version", "regulations", kind="regulations.version"),
        SecureRows("regulations_collection", "regulations", kind="regulations.collection"),
        SecureRows("regulations_readingnote", "regulations", kind="regulations.note"),
        SecureRows("regulations_intake", "regulations", kind="regulations.intake"),
        SecureRows("regulations_citationcheck", "regulations", kind="regulations.check"),
        SecureRows("regulations_institution", "regulations", kind="regulations.institution"),
        SecureRows("regulations_institutionreview", "regulations", kind="regulations.review"),
        migrations.RunSQL(
            [
                *open_to_all("regulations_work"),
                *open_to_all("regulations_version"),
                *open_to_all("regulations_collection"),
                *_PERSONAL,
                *part_of("regulations_article", "regulations_version", "version_id"),
                *part_of("regulations_repeal", "regulations_version", "version_id"),
                *part_of("regulations_collectionitem", "regulations_collection", "collection_id"),
                *part_of("regulations_intakefile", "regulations_intake", "intake_id"),
                # A citation belongs to the version of its article.
                *part_of(
                    "regulations_citedplace",
                    "(select a.id, v.owner_path, v.region from regulations_article a "
                    "join regulations_version v on v.id = a.version_id)",
                    "article_id",
                ),
                *_CHANGES,
            ],
            migrations.RunSQL.noop,
        ),
        SecureLike("regulations_alias", writer="regulations"),
        GuardTransitions("regulations_intake", initial=["reading"], transitions=INTAKE_TRANSITIONS),
        GuardTransitions(
            "regulations_institution", initial=["draft"], transitions=INSTITUTION_TRANSITIONS
        ),
        migrations.RunPython(employ, migrations.RunPython.noop),
        migrations.RunSQL(
            [
                "insert into lx.service_table(service, table_name) values "
                "('search', 'regulations_work'), ('search', 'regulations_version'), "
                "('search', 'regulations_article') on conflict do nothing"
            ],
            ["delete from lx.service_table where service = 'search'"],
        ),
    ]
