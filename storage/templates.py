"""A workspace's templates, and what of them is offered for an incident (P19)."""

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.domain.template import Template, checked, offered
from bot.domain.words import Text
from storage.once import write_latest
from storage.tables.item import ItemRow
from storage.tables.template import TemplateRow


def list_templates(session: Session, workspace: str) -> list[Template]:
    """All of them, by name."""
    rows = session.scalars(select(TemplateRow).where(TemplateRow.workspace == workspace).order_by(TemplateRow.name_key))
    return [Template(row.name, tuple(row.items), row.severity, row.service) for row in rows]


def has_templates(session: Session, workspace: str) -> bool:
    """Whether there are any."""
    return bool(session.scalar(select(exists().where(TemplateRow.workspace == workspace))))


def record_template(session: Session, workspace: str, given: Template) -> Template:
    """Sets the template of that name, in place of what it was. Raises `Refused` for what cannot be meant."""
    template = checked(given)
    facts = {"name": template.name, "severity": template.severity, "service": template.service}
    key = {"workspace": workspace, "name_key": template.name.casefold()}
    write_latest(session, TemplateRow, key, {**facts, "items": list(template.items)})
    return template


def remove_template(session: Session, workspace: str, name: str) -> None:
    """Removes it. Raises `NotFound` when there is none of that name."""
    key = " ".join(name.split()).casefold()
    here = TemplateRow.workspace == workspace, TemplateRow.name_key == key
    if session.execute(delete(TemplateRow).where(*here).returning(TemplateRow.name)).first() is None:
        names = ", ".join(each.name for each in list_templates(session, workspace)) or Text("none yet")
        raise NotFound(Text("There is no template “{name}”. Templates: {names}.", name=name, names=names))


def list_offered(session: Session, incident: Incident) -> list[str]:
    """The standard items that the incident's severity and services ask for, and that it has not."""
    templates = list_templates(session, incident.workspace)
    # Most workspaces have none, and most incidents fit none: then nobody looks at items.
    if not any(each.fits(incident) for each in templates):
        return []
    of_incident = ItemRow.workspace == incident.workspace, ItemRow.incident_id == incident.id
    return offered(templates, incident, session.scalars(select(ItemRow.title).where(*of_incident)))
