import { useEffect, useState } from 'preact/hooks';

/** As in notices.css: under it there is no room for words and a view beside them. */
const NARROW = '(max-width: 63.99rem)';

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const update = () => setNarrow(media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, []);
  return narrow;
}
