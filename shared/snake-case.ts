/**
 * Some shapes have two spellings. Contract, measurement and run files are camelCase; result, comparison,
 * change and history files are snake_case. A shape that both hold is defined once, in camelCase, and its
 * snake_case schema is derived here. Only the fields of objects are renamed: keys of records (scenario ids,
 * provider names) are data.
 */
import { z } from "zod";

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
	? First extends Uncapitalize<First>
		? `${First}${Snake<Rest>}`
		: `_${Uncapitalize<First>}${Snake<Rest>}`
	: Name;

/** This is the type with every field in snake_case. Records keep their keys. */
type SnakeCased<T> = T extends readonly (infer Item)[]
	? SnakeCased<Item>[]
	: T extends object
		? string extends keyof T
			? { [Key in keyof T]: SnakeCased<T[Key]> }
			: { [Key in keyof T as Key extends string ? Snake<Key> : Key]: SnakeCased<T[Key]> }
		: T;

/** Returns `someName` as `some_name`. */
function snakeName(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Returns `some_name` as `someName`. */
function camelName(name: string): string {
	return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Derives the snake_case schema of a camelCase one. */
export function snakeCaseSchema<Schema extends z.ZodType>(
	schema: Schema,
): z.ZodType<SnakeCased<z.infer<Schema>>> {
	return renameFields(schema) as unknown as z.ZodType<SnakeCased<z.infer<Schema>>>;
}

function renameFields(schema: z.ZodType): z.ZodType {
	if (schema instanceof z.ZodObject)
		return z.strictObject(
			Object.fromEntries(
				Object.entries(schema.shape).map(([name, field]) => [
					snakeName(name),
					renameFields(field as z.ZodType),
				]),
			),
		);
	if (schema instanceof z.ZodArray) {
		const item = schema.element as z.ZodType;
		return renameFields(item) === item ? schema : z.array(renameFields(item));
	}
	if (schema instanceof z.ZodNullable) return renameFields(schema.unwrap() as z.ZodType).nullable();
	if (schema instanceof z.ZodOptional) return renameFields(schema.unwrap() as z.ZodType).optional();
	if (schema instanceof z.ZodDiscriminatedUnion)
		return z.discriminatedUnion(
			schema.def.discriminator,
			schema.options.map((option) => renameFields(option as z.ZodType)) as unknown as [
				z.ZodObject,
				...z.ZodObject[],
			],
		);
	return schema;
}

/**
 * Returns the value with its fields in snake_case.
 * @param schema of the camelCase value
 */
export function toSnakeCase<Schema extends z.ZodType>(
	schema: Schema,
	value: z.infer<Schema>,
): SnakeCased<z.infer<Schema>> {
	return convert(schema, value) as SnakeCased<z.infer<Schema>>;
}

function convert(schema: z.ZodType, value: unknown): unknown {
	if (value === null || value === undefined) return value;
	if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
		return convert(schema.unwrap() as z.ZodType, value);
	if (schema instanceof z.ZodArray)
		return (value as unknown[]).map((item) => convert(schema.element as z.ZodType, item));
	const object = schema instanceof z.ZodDiscriminatedUnion ? optionOf(schema, value) : schema;
	if (!(object instanceof z.ZodObject)) return value;
	return Object.fromEntries(
		Object.entries(object.shape).flatMap(([name, field]) => {
			const part = (value as Record<string, unknown>)[name];
			return part === undefined ? [] : [[snakeName(name), convert(field as z.ZodType, part)]];
		}),
	);
}

function optionOf(union: z.ZodDiscriminatedUnion, value: unknown): z.ZodType | undefined {
	return (union.options as z.ZodType[]).find((option) => option.safeParse(value).success);
}

/**
 * Renames the fields of a value that an earlier version wrote in camelCase as the snake_case `schema` names
 * them. A part that does not fit the schema stays as it is: reading it against the schema says what is wrong.
 */
export function withSnakeCaseFields(schema: z.ZodType, value: unknown): unknown {
	if (value === null || typeof value !== "object") return value;
	if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
		return withSnakeCaseFields(schema.unwrap() as z.ZodType, value);
	if (schema instanceof z.ZodArray)
		return Array.isArray(value)
			? value.map((item) => withSnakeCaseFields(schema.element as z.ZodType, item))
			: value;
	if (schema instanceof z.ZodRecord)
		return Object.fromEntries(
			Object.entries(value).map(([key, item]) => [
				key,
				withSnakeCaseFields(schema.valueType as z.ZodType, item),
			]),
		);
	if (!(schema instanceof z.ZodObject)) return value;
	const shape = schema.shape as Record<string, z.ZodType>;
	const snakeOf = new Map(Object.keys(shape).map((name) => [camelName(name), name]));
	return Object.fromEntries(
		Object.entries(value).map(([key, part]) => {
			const name = key in shape ? key : (snakeOf.get(key) ?? key);
			const field = shape[name];
			return [name, field ? withSnakeCaseFields(field, part) : part];
		}),
	);
}
