/** @jest-environment jsdom */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { act, type ReactNode } from 'react';
import { CrashBoundary } from '../src/app/crash-boundary.tsx';
import { Later } from '../src/app/later.tsx';
import { followNewBuilds } from '../src/app/new-build.ts';
import { Notice, showNotice } from '../src/app/notice.tsx';
import { en } from '../src/words/en.ts';
import { show } from './support/show.tsx';

afterEach(() => sessionStorage.clear());

function Broken(): ReactNode {
  throw new Error('broken');
}

test('a part that cannot be rendered says so and offers to reload, and the parts around it stay', () => {
  const page = show(
    <>
      <p>Inbox</p>
      <CrashBoundary part="pane">
        <Broken />
      </CrashBoundary>
    </>,
  );

  expect(page.textContent).toBe(`Inbox${en.crash.text}${en.crash.reload}`);
});

describe('when a part of the page cannot be loaded,', () => {
  const fail = async () => {
    dispatchEvent(new Event('vite:preloadError'));
    await new Promise((resolve) => setTimeout(resolve));
  };

  test('it reloads once: the server has another build', async () => {
    const reload = jest.fn();
    const stop = followNewBuilds({ isServerThere: async () => true, reload });

    await fail();
    await fail();

    expect(reload).toHaveBeenCalledTimes(1);
    stop();
  });

  test('it stays while the server does not answer', async () => {
    const reload = jest.fn();
    const stop = followNewBuilds({ isServerThere: async () => Promise.reject(new Error('offline')), reload });

    await fail();

    expect(reload).not.toHaveBeenCalled();
    stop();
  });
});

function Over() {
  return <p>Over</p>;
}

test('what lies over the page and cannot be loaded says so, closes, and is tried again', async () => {
  const onClose = jest.fn();
  const load = jest.fn(async () => (load.mock.calls.length === 1 ? Promise.reject(new Error('offline')) : Over));
  const opened = () => (
    <>
      <Later load={load} props={{ onClose }} />
      <Notice />
    </>
  );

  const first = show(opened());
  await act(async () => {});
  expect([first.textContent, onClose.mock.calls.length]).toEqual([en.errors.NETWORK, 1]);
  const second = show(opened());
  await act(async () => {});

  expect(second.textContent).toContain('Over');
  act(() => showNotice(null));
});

test('a notice that is shown again lasts its whole time again', () => {
  jest.useFakeTimers();
  const later = (ms: number) => act(() => jest.advanceTimersByTime(ms));
  const page = show(<Notice />);
  act(() => showNotice('No'));
  later(7000);
  act(() => showNotice('No'));

  later(7000);
  expect(page.textContent).toBe('No');
  later(1000);

  expect(page.textContent).toBe('');
  jest.useRealTimers();
});
