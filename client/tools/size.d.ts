export function sizes(): Promise<Record<string, number>>;
export function overBudget(measured: Record<string, number>): string[];
