import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../../src/base/package-root.ts';

const execute = promisify(execFile);
const modules = join(packageRoot, 'node_modules');

interface Program {
  /** The lines that it has written. */
  readonly wrote: readonly string[];
  kill(): void;
}

/** An empty project outside this repository, with the packed client and the examples. */
export class Installed {
  readonly folder: string;
  readonly tarball: string;
  readonly #programs: ChildProcess[] = [];

  private constructor(folder: string, tarball: string) {
    this.folder = folder;
    this.tarball = tarball;
  }

  /** Packs the client, and installs it with what it cannot do without. Nothing is downloaded. */
  static async make(): Promise<Installed> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-installed-'));
    const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--cache', join(folder, 'cache')];
    const destination = ['--pack-destination', folder];
    const { stdout } = await npm(['pack', '--silent', ...destination, ...quiet], join(packageRoot, 'client'));
    const tarball = join(folder, stdout.trim().split('\n').at(-1)!);
    const local = ['graphql', 'graphql-ws', 'ws'].map((name) => [name, `file:${join(modules, name)}`]);
    const dependencies = { 'parley-client': `file:${tarball}`, ...Object.fromEntries(local) };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
    const offline = ['--offline', '--install-links', '--ignore-scripts', '--legacy-peer-deps', '--no-package-lock'];
    await npm(['install', '--silent', ...offline, ...quiet], folder);
    await cp(join(packageRoot, 'examples'), folder, {
      recursive: true,
      filter: (path) => !/package\.json$|node_modules$|dist$/.test(path),
    });
    return new Installed(folder, tarball);
  }

  /** Adds the packages that the examples name, as links to those of this repository. */
  async addPackages(): Promise<void> {
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(join(packageRoot, 'examples/package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      const path = join(this.folder, 'node_modules', name);
      await mkdir(dirname(path), { recursive: true });
      if (!existsSync(path)) await symlink(join(modules, name), path);
    }
  }

  /** Runs a program to its end, and returns what it has written. */
  async run(program: string, args: string[], environment: Record<string, string> = {}): Promise<string> {
    const options = { cwd: this.folder, env: { ...process.env, ...environment } };
    const ran = execute(program, args, options).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${program} ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`);
    });
    return (await ran).stdout;
  }

  /** Starts a program; the lines that it writes are given to `wrote`. */
  start(program: string, args: string[], environment: Record<string, string> = {}): Program {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#programs.push(child);
    const wrote: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => wrote.push(...text.split('\n').filter(Boolean)));
    return { wrote, kill: () => void child.kill('SIGKILL') };
  }

  /** The path of a program of this repository's packages. */
  program(name: string): string {
    return join(modules, '.bin', name);
  }

  async remove(): Promise<void> {
    for (const child of this.#programs) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const npm = (args: string[], cwd: string) => execute('npm', args, { cwd });
