import assert from "node:assert/strict";
import * as z from "zod";
import { clientOf, refusalShape, type Access, type Answer } from "./client";
import { inEstado, refusal, type Tell } from "./story";

const usuarioShape = z.object({ id: z.number(), email: z.string(), nombre_completo: z.string(), activo: z.boolean() });
const reservaShape = z.object({
  id: z.number(),
  usuario_id: z.number(),
  numero_personas: z.number(),
  estado: z.string(),
  next_estados: z.array(z.string()),
});
const NOBODY = 2_000_000_000;

type Booking = { usuarios: Access; reservas: Access; run: string };

/** A client registers, books and confirms a table; invalid bookings are refused. */
export const bookingStory = async (of: Booking, tell: Tell): Promise<void> => {
  const [usuarios, reservas] = [clientOf(of.usuarios), clientOf(of.reservas)];
  const refusedFor = (did: string, field: string, ask: () => Promise<Answer>) =>
    tell({ did, ask, status: 400, shape: refusalShape, tell: ({ error }) => messageFor(error.fields, field) });

  const person = { email: `Ana.${of.run}@example.com`, nombre: "Ana", apellidos: "Ruiz", telefono: "+34 600 100 200" };
  const ana = await tell({
    did: "Ana registers",
    ask: () => usuarios.post("usuarios/", person),
    status: 201,
    shape: usuarioShape.extend({ email: z.literal(person.email.toLowerCase()), activo: z.literal(true) }),
    tell: ({ id, email, nombre_completo }) => `usuario ${id}, ${nombre_completo}, ${email}`,
  });
  await refusedFor("the same address in capitals is refused", "email", () =>
    usuarios.post("usuarios/", { ...person, email: person.email.toUpperCase() }),
  );

  const wish = { usuario_id: ana.id, fecha_reserva: inDays(7), numero_personas: 4, notas: "Terraza" };
  const reserva = await tell({
    did: "Ana books a table for four",
    ask: () => reservas.post("reservas/", wish),
    status: 201,
    shape: inEstado(reservaShape, "pendiente").extend({
      usuario_id: z.literal(ana.id),
      numero_personas: z.literal(4),
    }),
    tell: ({ id, estado }) => `reserva ${id}, ${estado}`,
  });
  await refusedFor("a table for nobody is refused", "numero_personas", () =>
    reservas.post("reservas/", { ...wish, numero_personas: 0 }),
  );
  await refusedFor("a stranger's booking is refused", "usuario_id", () =>
    reservas.post("reservas/", { ...wish, usuario_id: NOBODY }),
  );
  await refusedFor("a booking for yesterday is refused", "fecha_reserva", () =>
    reservas.post("reservas/", { ...wish, fecha_reserva: inDays(-1) }),
  );

  const move = (estado: string) => reservas.post(`reservas/${reserva.id}/transicion/`, { estado });
  const did = "a visit that nobody confirmed cannot have taken place";
  await tell(refusal({ did, ask: () => move("completada"), status: 409, code: "transition_refused" }));
  await tell({
    did: "the restaurant confirms",
    ask: () => move("confirmada"),
    shape: inEstado(reservaShape, "confirmada"),
    tell: ({ estado, next_estados }) => `${estado}, next: ${next_estados.join(" or ")}`,
  });
  await tell({
    did: "Ana looks at her bookings",
    ask: () => reservas.get(`reservas/?usuario_id=${ana.id}`),
    shape: z.object({ count: z.number(), results: z.array(reservaShape) }),
    tell: ({ count, results }) => {
      // The three that were refused left nothing behind.
      assert.deepEqual(
        results.map(({ id, estado }) => [id, estado]),
        [[reserva.id, "confirmada"]],
      );
      return `${count}, the confirmed one`;
    },
  });
  await tell({
    did: "Ana leaves",
    ask: () => usuarios.delete(`usuarios/${ana.id}/`),
    status: 204,
    shape: z.unknown(),
    tell: () => "deactivated, not deleted",
  });
  await refusedFor("and cannot book any more", "usuario_id", () => reservas.post("reservas/", wish));
  await tell({
    did: "Ana comes back",
    ask: () => usuarios.post(`usuarios/${ana.id}/reactivar/`),
    shape: usuarioShape.extend({ activo: z.literal(true) }),
    tell: () => "active again",
  });
};

const messageFor = (fields: Record<string, string[]> | undefined, field: string): string => {
  assert.deepEqual(Object.keys(fields ?? {}), [field]);
  return fields?.[field]?.join(" ") ?? "";
};

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
