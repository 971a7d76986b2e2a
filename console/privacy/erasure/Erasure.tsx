import { useState } from 'preact/hooks';
import type { Certificate } from '../../../shared/erasure.ts';
import type { ErasureList } from '../../../shared/erasures.ts';
import type { RegisterChoices } from '../../../shared/register.ts';
import { saveJson } from '../../save-file.ts';
import { Icon } from '../../ui/icons.tsx';
import type { DeskPageProps } from '../pages.ts';
import { PageHead } from '../parts.tsx';
import { useAsked } from '../use-asked.ts';
import { Done } from './Done.tsx';
import { Many } from './Many.tsx';
import { One } from './One.tsx';
import { e } from './words.ts';

/** Forgetting people from the desk: one, or all who fit; and the certificates of everything that was. */
export function Erasure({ ask, connection }: DeskPageProps) {
  const choices = useAsked<RegisterChoices>(ask, connection, 'register/choices');
  const list = useAsked<ErasureList>(ask, connection, 'erasures/list', { before: null });
  const [certificates, setCertificates] = useState<Certificate[]>([]);
  const sites = choices.data?.sites ?? [];

  function onErased(done: Certificate[]): void {
    setCertificates(done);
    list.again();
  }

  return (
    <>
      <PageHead title={e('title')} lead={e('lead')} />
      <div class="desk-body">
        <div class="desk-cards">
          <One ask={ask} onErased={(certificate) => onErased([certificate])} />
          {sites.length > 0 && <Many ask={ask} sites={sites} onErased={onErased} />}
        </div>
        <div role="status">
          {certificates.length > 0 && (
            <p class="desk-good">
              <Icon name="check" />
              <b>{e('done', { count: certificates.length })}</b>
              <button type="button" class="text-button" onClick={() => saveJson('erasures.json', certificates)}>
                {e(certificates.length === 1 ? 'certificate' : 'certificates')}
              </button>
            </p>
          )}
        </div>
        <Done ask={ask} list={list} />
      </div>
    </>
  );
}
