const key = 'parley:reloaded';
/** A second failure within this time has another cause: then the page stays, and says so. */
const onceWithinMs = 60_000;

interface NewBuildOptions {
  /** Resolves to whether the server answers. Without it, a reload would leave nothing but the browser's own error page. */
  isServerThere: () => Promise<boolean>;
  reload: () => void;
}

const usual: NewBuildOptions = {
  isServerThere: () => fetch('/', { cache: 'no-store' }).then(({ ok }) => ok),
  reload: () => location.reload(),
};

/**
 * Reloads the page once if a part of it cannot be loaded, until the returned function is called: the server has another
 * build then, whose files have other names.
 */
export function followNewBuilds({ isServerThere, reload }: NewBuildOptions = usual): () => void {
  const onFailure = async () => {
    const isThere = await isServerThere().catch(() => false);
    if (isThere && isFirst()) reload();
  };
  const listener = () => void onFailure();
  addEventListener('vite:preloadError', listener);
  return () => removeEventListener('vite:preloadError', listener);
}

function isFirst(): boolean {
  try {
    const last = Number(sessionStorage.getItem(key));
    sessionStorage.setItem(key, String(Date.now()));
    return Date.now() - last > onceWithinMs;
  } catch {
    return false; // it could not be known next time either
  }
}
