package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.tenant.TenantException.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Finds the machine that is meant when only an address is given, as the old documents do ({@code keylime_tenant -t
 * 10.0.0.5}): Keylime's default id; where that is not registered, the one registration that claims the address.
 *
 * <p>Anybody may register, under any address, so the address is a hint and no proof: it counts only if a single machine
 * claims it, and that machine still has to prove itself by the keys on record.
 */
public final class MachineFinder {
    /** Records are read one by one; more than this many take too long for a convenience. */
    static final int MOST_RECORDS = 5_000;

    private static final int SHOWN_CANDIDATES = 10;

    private final TenantServices services;

    /**
     * A search.
     *
     * @param services connections to use; they stay the caller's to close
     */
    public MachineFinder(TenantServices services) {
        this.services = services;
    }

    /**
     * A machine.
     *
     * @param id which
     * @param sentence how it was found, for people
     */
    public record Found(AgentId id, String sentence) {}

    /**
     * Finds the machine at an address.
     *
     * @param host address or name
     * @param port its port, where one was given
     */
    public Found at(String host, OptionalInt port) throws TenantException {
        TenantServices.Registrar registrar = services.registrar();
        try {
            if (registrar.client().find(registrar.version(), AgentId.DEFAULT).isPresent()) {
                return new Found(
                        AgentId.DEFAULT, "No id was given (-u); using Keylime's default, " + AgentId.DEFAULT + ".");
            }
            List<String> ids =
                    registrar.client().agents(registrar.version()).value().ids();
            if (ids.size() > MOST_RECORDS) {
                throw new TenantException(
                        Kind.AMBIGUOUS,
                        "No id was given (-u), the default " + AgentId.DEFAULT + " is not registered, and " + ids.size()
                                + " machines are too many to search for the address " + host
                                + ". Give the machine's id with -u.");
            }
            return choose(host, port, candidates(registrar, ids, host, port));
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    private static List<Candidate> candidates(
            TenantServices.Registrar registrar, List<String> ids, String host, OptionalInt port) throws ApiException {
        Set<String> addresses = addresses(host);
        List<Candidate> candidates = new ArrayList<>();
        for (String text : ids) {
            if (AgentId.problem(text).isPresent()) {
                continue;
            }
            AgentId id = AgentId.of(text);
            Optional<RegistrarAgent> record = registrar.client().find(registrar.version(), id);
            if (record.isPresent() && claims(record.get(), addresses, port)) {
                candidates.add(new Candidate(id, record.get()));
            }
        }
        return candidates;
    }

    private record Candidate(AgentId id, RegistrarAgent record) {}

    private static boolean claims(RegistrarAgent record, Set<String> addresses, OptionalInt port) {
        String ip = record.ip();
        Integer registered = record.port();
        return ip != null
                && addresses.contains(normal(ip))
                && (port.isEmpty() || (registered != null && registered == port.getAsInt()));
    }

    /** The host as it was given, and what its name means. */
    private static Set<String> addresses(String host) {
        Set<String> addresses = new HashSet<>(Set.of(normal(host)));
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                addresses.add(normal(address.getHostAddress()));
            }
        } catch (UnknownHostException e) {
            // Then only the text itself can match.
            return addresses;
        }
        return addresses;
    }

    private static String normal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.indexOf(':') >= 0) {
            try {
                // Never a look-up: the text may come from whoever registered.
                return InetAddress.ofLiteral(bare).getHostAddress();
            } catch (IllegalArgumentException e) {
                return bare;
            }
        }
        return bare.toLowerCase(Locale.ROOT);
    }

    private static Found choose(String host, OptionalInt port, List<Candidate> candidates) throws TenantException {
        String where = host + (port.isPresent() ? " port " + port.getAsInt() : "");
        if (candidates.size() == 1) {
            AgentId id = candidates.getFirst().id();
            return new Found(
                    id,
                    "No id was given (-u) and the default is not registered; using " + id
                            + ", the only machine that registered with the address " + where + ".");
        }
        if (candidates.isEmpty()) {
            throw new TenantException(
                    Kind.NOT_REGISTERED,
                    "No id was given (-u), the default " + AgentId.DEFAULT
                            + " is not registered, and no registered machine claims the address " + where
                            + ". -c reglist shows the ids.");
        }
        StringBuilder list = new StringBuilder();
        for (Candidate candidate : candidates.subList(0, Math.min(SHOWN_CANDIDATES, candidates.size()))) {
            list.append(list.isEmpty() ? "" : ", ")
                    .append(candidate.id())
                    .append(" (port ")
                    .append(candidate.record().port())
                    .append(")");
        }
        if (candidates.size() > SHOWN_CANDIDATES) {
            list.append(", …");
        }
        throw new TenantException(
                Kind.AMBIGUOUS,
                "No id was given (-u), the default is not registered, and " + candidates.size()
                        + " machines claim the address " + where + ": " + list + ". Choose one with -u.");
    }
}
