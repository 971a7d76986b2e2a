import { useEffect, useRef } from 'preact/hooks';
import { itemsAt, moveUp, removeAt } from '../models/notice-doc.ts';
import { Icon } from '../ui/icons.tsx';
import { Control, type Editing } from './Control.tsx';
import { type Field, fieldId, isList, itemName, type List, placed, type Section } from './fields.ts';
import { placeOf } from './places.ts';
import { SECTIONS } from './sections.ts';
import { n } from './words.ts';

/** Every section of the notice, to be opened and changed; the first is open. */
export function Editor({ editing }: { editing: Editing }) {
  const { doc, found } = editing;
  const counts = new Map<string, number>();
  for (const [path, all] of found) {
    const section = placeOf(path, doc)?.section ?? '';
    counts.set(section, (counts.get(section) ?? 0) + all.length);
  }
  return (
    <section class="neditor" aria-label={n('editor.label')}>
      {SECTIONS.map((section, at) => (
        <Part key={section.id} section={section} editing={editing} count={counts.get(section.id) ?? 0} first={at === 0} />
      ))}
    </section>
  );
}

interface PartProps {
  section: Section;
  editing: Editing;
  count: number;
  first: boolean;
}

function Part({ section, editing, count, first }: PartProps) {
  const details = useRef<HTMLDetailsElement>(null);
  // Once: from then on it is the reader's to open and close.
  useEffect(() => {
    if (first && details.current) details.current.open = true;
  }, []);
  return (
    <details ref={details} id={`section-${section.id}`}>
      <summary>
        <Icon name="down" small />
        <h2>{n(section.title)}</h2>
        {count > 0 && <span class="ncount">{n('editor.found', { count })}</span>}
      </summary>
      <div class="nfields">
        {section.parts.map((part) =>
          isList(part) ? (
            <Items key={part.label} list={part} editing={editing} isNamed={n(part.label) === n(section.title)} />
          ) : (
            <Control key={part.path} field={part} editing={editing} />
          ),
        )}
      </div>
    </details>
  );
}

interface ItemsProps {
  list: List;
  editing: Editing;
  /** The section above has the same name. */
  isNamed: boolean;
}

function Items({ list, editing, isNamed }: ItemsProps) {
  const { doc, onEdit, onRemove } = editing;
  const box = useRef<HTMLFieldSetElement>(null);
  /** Where the focus goes once the list is drawn again. */
  const next = useRef<(() => HTMLElement | null | undefined) | null>(null);
  const items = itemsAt(doc, list.list);
  useEffect(() => {
    next.current?.()?.focus();
    next.current = null;
  }, [items]);

  const own = list.add.length > 0;
  const change = (made: Editing['doc'], focus: () => HTMLElement | null | undefined) => {
    next.current = focus;
    onEdit(made);
  };
  const field = (at: number) => box.current?.querySelector<HTMLElement>(`[data-at="${at}"] :is(input, select, textarea)`);
  return (
    <fieldset class="nlist" ref={box} id={own ? fieldId(list.list) : undefined} tabIndex={own ? -1 : undefined}>
      <legend class={isNamed ? 'sr' : undefined}>{n(list.label)}</legend>
      {items.length === 0 && <p class="under">{n('editor.none')}</p>}
      {items.map((_, at) => {
        const name = itemName(list, doc, at);
        return (
          <fieldset class="nitem" key={keyOf(list, editing, at)} data-at={at}>
            <legend>{name}</legend>
            {own && (
              <div class="nitem-tools">
                {at > 0 && (
                  <button
                    type="button"
                    class="icon-button"
                    aria-label={n('editor.up', { name })}
                    onClick={() => change(moveUp(doc, list.list, at), () => field(at - 1))}
                  >
                    <Icon name="up" small />
                  </button>
                )}
                <button
                  type="button"
                  class="icon-button"
                  aria-label={n('editor.remove', { name })}
                  onClick={() => {
                    next.current = () => document.querySelector<HTMLElement>('[data-put-back]');
                    onRemove(removeAt(doc, list.list, at), name);
                  }}
                >
                  <Icon name="close" small />
                </button>
              </div>
            )}
            <div class="nfields">
              {list.fields.map((one: Field) => (
                <Control key={one.label} field={placed(one, doc, at)} editing={editing} />
              ))}
            </div>
          </fieldset>
        );
      })}
      <div class="nadd">
        {list.add
          .filter(({ when }) => !when || when(doc))
          .map(({ label, id, make }) => (
            <button type="button" class="cbtn" key={id} onClick={() => change(make(doc), () => field(items.length))}>
              <Icon name="plus" small />
              {n(label)}
            </button>
          ))}
      </div>
    </fieldset>
  );
}

/** Purposes go by their id, because their order can change; what has no id goes by its place. */
function keyOf({ list }: List, { doc }: Editing, at: number): string {
  return list === 'purposes' ? (doc.purposes[at]?.id ?? `${at}`) : `${at}`;
}

/** Opens the section of a place and puts the focus there. */
export function goToPlace(path: string): void {
  // What lies within a field, such as one of its lines, is found in the field.
  const parts = path.split('.');
  const ids = parts.map((_, at) => fieldId(parts.slice(0, parts.length - at).join('.')));
  const target = ids.map((id) => document.getElementById(id)).find((one) => one !== null);
  target?.closest('details')?.setAttribute('open', '');
  target?.focus();
  target?.scrollIntoView({ block: 'center' });
}
