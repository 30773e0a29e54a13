import { beforeEach, expect, test } from '@jest/globals';
import { Subscribers } from '../../src/base/subscribers.ts';

type Listener = (value: number) => void;

let errors: unknown[];
let subscribers: Subscribers<Listener>;
let received: string[];
beforeEach(() => {
  [errors, received] = [[], []];
  subscribers = new Subscribers((error) => errors.push(error));
});

const publish = (value: number) => subscribers.publish((listener) => listener(value));
const add = (name: string) => subscribers.add((value) => received.push(`${name} ${value}`));

test('each subscriber is called once, in the order in which they were added', () => {
  add('ada');
  add('grace');

  publish(1);

  expect([received, subscribers.size]).toEqual([['ada 1', 'grace 1'], 2]);
});

test('a subscriber that was removed is not called', () => {
  const remove = add('ada');
  add('grace');

  remove();
  remove();
  publish(1);

  expect([received, subscribers.size]).toEqual([['grace 1'], 1]);
});

test('a subscriber that was added twice is called twice, until each is removed', () => {
  const listener = (value: number) => received.push(`ada ${value}`);
  const [removeOne] = [subscribers.add(listener), subscribers.add(listener)];

  publish(1);
  removeOne();
  publish(2);

  expect(received).toEqual(['ada 1', 'ada 1', 'ada 2']);
});

test('a subscriber that throws keeps no other from being called, and its error is reported', () => {
  const error = new Error('a planted fault');
  subscribers.add(() => {
    throw error;
  });
  add('grace');

  publish(1);

  expect([received, errors]).toEqual([['grace 1'], [error]]);
});

test('a subscriber that is removed while others are called is not called any more', () => {
  subscribers.add(() => removeGrace());
  const removeGrace = add('grace');
  add('linus');

  publish(1);

  expect(received).toEqual(['linus 1']);
});

test('a subscriber that removes itself is called once, and the next one all the same', () => {
  const remove = subscribers.add((value) => {
    received.push(`ada ${value}`);
    remove();
  });
  add('grace');

  publish(1);
  publish(2);

  expect(received).toEqual(['ada 1', 'grace 1', 'grace 2']);
});

test('a subscriber that is added while others are called is called from the next time on', () => {
  const remove = subscribers.add(() => {
    remove();
    add('grace');
  });

  publish(1);
  expect(received).toEqual([]);
  publish(2);

  expect(received).toEqual(['grace 2']);
});

test('a subscriber that publishes during its call reaches all subscribers', () => {
  const remove = subscribers.add((value) => {
    remove();
    publish(value + 1);
  });
  add('grace');

  publish(1);

  expect(received).toEqual(['grace 2', 'grace 1']);
});

test('all subscribers can be listed, and removed together', () => {
  const remove = add('ada');
  expect(subscribers.all()).toHaveLength(1);

  subscribers.clear();
  publish(1);
  remove();

  expect([received, subscribers.all()]).toEqual([[], []]);
});
