import { useEffect, useState } from 'react';

/** Three grey rows, but only if it takes a while. */
export function Skeleton() {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="log" id="log">
      {isLate && [1, 2, 3].map((row) => <SkeletonRow key={row} />)}
    </div>
  );
}

function SkeletonRow() {
  return (
    <div className="skeleton">
      <i />
      <i />
    </div>
  );
}
