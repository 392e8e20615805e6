from typing import Any

from django.db import migrations

from lianxun.duties import seed
from lianxun.fabric.forced import unforced
from lianxun.fabric.rowsecurity import SecureBy, SecureLike, SecureRows
from lianxun.fabric.services import ServiceIdentity
from lianxun.fabric.transitions import GuardTransitions
from lianxun.kernel.ids import new_id

_DUTY = "(select lx.has_duty('regulations'))"
_MINE = (
    "((p.owner_path >= (select lx.unit_path()) and p.owner_path < (select lx.unit_path_end())) "
    "or (p.region >= (select lx.region_lo()) and p.region <= (select lx.region_hi())))"
)
# A citation belongs to the version of its article.
_VERSION_OF_ARTICLE = (
    "(select a.id, v.owner_path, v.region from regulations_article a "
    "join regulations_version v on v.id = a.version_id)"
)


def part_of(table: str, parent: str, column: str) -> SecureBy:
    """Rows without labels: readable with their parent, writable where the parent may be kept."""
    seen = f"exists (select 1 from {parent} p where p.id = {column})"
    kept = f"({_DUTY} and exists (select 1 from {parent} p where p.id = {column} and {_MINE}))"
    service = f"(select lx.service_may('{table}'))"
    return SecureBy(table, read=f"{service} or {seen}", insert=kept, update=kept, delete=kept)


def plant(apps: Any, schema_editor: Any) -> None:
    """The clocks of institution documents: quarterly, June and biennial review."""
    alias = schema_editor.connection.alias
    template = apps.get_model("duties", "DutyTemplate")
    with unforced(template._meta.db_table, using=alias):
        template.objects.using(alias).bulk_create(
            template(id=new_id(), created_at=seed.shipped_at(), **values)
            for values in seed.template_rows("institutions")
        )


class Migration(migrations.Migration):
    """Who reads and keeps the library; the service that indexes it; the clocks of institution documents."""

    dependencies = [
        ("regulations", "0002_work"),
        ("organisation", "0003_guards"),
        ("duties", "0003_guards"),
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
        # Rows marked for everyone are read by whoever holds the duty; the restrictions stay.
        *(
            migrations.RunSQL(
                f"create policy acc_open on {table} for select to lx_app using (everyone and {_DUTY})"
            )
            for table in ("regulations_work", "regulations_version", "regulations_collection")
        ),
        # A personal collection is nobody else's business, also inside the own unit.
        migrations.RunSQL(
            "create policy acc_personal on regulations_collection as restrictive for all to lx_app "
            "using (not personal or account_id = (select lx.account())) "
            "with check (not personal or account_id = (select lx.account()))"
        ),
        part_of("regulations_article", "regulations_version", "version_id"),
        part_of("regulations_repeal", "regulations_version", "version_id"),
        part_of("regulations_collectionitem", "regulations_collection", "collection_id"),
        part_of("regulations_intakefile", "regulations_intake", "intake_id"),
        part_of("regulations_citedplace", _VERSION_OF_ARTICLE, "article_id"),
        # Ids and moments only: whoever searches must know how far the index has to come.
        SecureBy("regulations_librarychange", read="(select lx.signed_in())", insert=_DUTY),
        SecureLike("regulations_alias", writer="regulations"),
        GuardTransitions(
            "regulations_intake",
            initial=["reading"],
            moves={
                "accepting": ["accepted"],
                "reading": ["discarded", "ready"],
                "ready": ["accepting", "discarded"],
            },
        ),
        GuardTransitions(
            "regulations_citationcheck",
            initial=["done", "waiting"],
            moves={"reading": ["done", "failed"], "waiting": ["reading"]},
        ),
        GuardTransitions(
            "regulations_institution",
            initial=["draft"],
            moves={
                "draft": ["review"],
                "effective": ["under_revision"],
                "review": ["draft", "effective"],
                "under_revision": ["effective", "superseded"],
            },
        ),
        # Builds the search index; what a reader gets is filtered for him.
        ServiceIdentity(
            "search",
            name="法规检索服务",
            clearance=3,
            tables=["regulations_work", "regulations_version", "regulations_article"],
        ),
        migrations.RunPython(plant),
    ]
