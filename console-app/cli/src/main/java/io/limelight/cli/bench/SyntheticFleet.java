package io.limelight.cli.bench;

import io.limelight.core.api.AgentList;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.Versions;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.ServiceCa;
import io.limelight.core.http.Access;
import io.limelight.core.http.EventSource;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tls.TrustedCas;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A verifier and a registrar of machines that do not exist, for whoever shows a fleet: mutual TLS, Limelight's list, timeline and events or
 * Keylime's list, states that change with time, and a folder with the {@code tenant.conf} that leads to it. One machine in a hundred
 * is registered and not watched.
 */
public final class SyntheticFleet implements AutoCloseable {
    private static final int SMALL = 64 << 10;
    private static final int LARGEST_PAGE = 1_000;
    private static final Duration EVENTS = Duration.ofSeconds(10);

    private final int machines;
    private final InstantSource clock;
    private final Path folder;
    private final HttpListener verifier;
    private final HttpListener registrar;
    private final Cancellation closing = new Cancellation();
    private final LongAdder requests = new LongAdder();
    private final Map<Integer, OperationalState> told = new ConcurrentHashMap<>();
    private final Set<Integer> deleted = ConcurrentHashMap.newKeySet();
    private final String key;

    /** Whose verifier is played. */
    public enum Make {
        /** Ours. */
        LIMELIGHT,
        /** One that speaks v2 only. */
        KEYLIME
    }

    /**
     * Where to listen.
     *
     * @param verifier its port; 0 takes a free one
     * @param registrar its port; 0 takes a free one
     */
    public record Ports(int verifier, int registrar) {
        /** Free ones. */
        public static final Ports FREE = new Ports(0, 0);
    }

    private SyntheticFleet(Path folder, int machines, Make make, InstantSource clock, Ports ports)
            throws IOException, CaException, TlsSetupException, TpmFormatException {
        this.folder = folder;
        this.machines = machines;
        this.clock = clock;
        SecureRandom random = new SecureRandom();
        Path ca = folder.resolve("cv_ca");
        new ServiceCa(
                        new CertificateSubject(
                                "US", "MA", "Lexington", "Bench", "53", "Synthetic fleet", 3650, 2048, ""),
                        random,
                        clock)
                .ensure(ca, List.of("127.0.0.1"), new char[0], new char[0]);
        ServerTls tls = new ServerTls(
                KeyMaterial.read(ca.resolve("server-private.pem"), ca.resolve("server-cert.crt"), new char[0]),
                TrustedCas.read(List.of(ca.resolve("cacert.crt"))),
                ServerTls.ClientAuth.REQUESTED);
        this.key = SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, random)
                .publicArea()
                .toBase64();
        this.verifier = listen("synthetic-verifier", ports.verifier(), tls, verifierRoutes(make), JsonStyle.COMPACT);
        try {
            this.registrar =
                    listen("synthetic-registrar", ports.registrar(), tls, registrarRoutes(), JsonStyle.INDENTED);
        } catch (IOException e) {
            verifier.close();
            throw e;
        }
        PrivateFiles.write(folder.resolve("tenant.conf"), configuration(ca).getBytes(StandardCharsets.UTF_8));
    }

    private static HttpListener listen(String name, int port, ServerTls tls, Routes routes, JsonStyle style)
            throws IOException {
        return HttpListener.start(
                name,
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
                Optional.of(tls),
                routes,
                style,
                Limits.SERVICE);
    }

    private String configuration(Path ca) {
        return """
                [tenant]
                verifier_ip = 127.0.0.1
                verifier_port = %d
                registrar_ip = 127.0.0.1
                registrar_port = %d
                tls_dir = %s
                trusted_server_ca = ['cacert.crt']
                require_ek_cert = False
                """.formatted(verifier.port(), registrar.port(), ca.toAbsolutePath());
    }

    /**
     * Starts.
     *
     * @param folder gets {@code cv_ca} and {@code tenant.conf}
     * @param machines how many are watched
     * @param clock that states follow
     * @param ports where to listen
     */
    public static SyntheticFleet start(Path folder, int machines, Make make, InstantSource clock, Ports ports)
            throws IOException, CaException, TlsSetupException, TpmFormatException {
        return new SyntheticFleet(folder, machines, make, clock, ports);
    }

    /** What leads a tenant here. */
    public Path configuration() {
        return folder.resolve("tenant.conf");
    }

    /** Where the verifier listens. */
    public int verifierPort() {
        return verifier.port();
    }

    /** Where the registrar listens. */
    public int registrarPort() {
        return registrar.port();
    }

    /** Both. */
    public Ports ports() {
        return new Ports(verifier.port(), registrar.port());
    }

    /** How often both were asked. */
    public long requests() {
        return requests.sum();
    }

    /** The id of a machine; those from the number of machines on are only registered. */
    public static String id(int number) {
        return SyntheticMachine.id(number);
    }

    private int registered() {
        return machines + (machines + 99) / 100;
    }

    private Routes verifierRoutes(Make make) {
        Routes.Builder routes = Routes.builder().versions(SyntheticFleet::spoken);
        get(routes, "/version", Access.ANYONE, _ -> versions());
        get(routes, "/v{version}/agents", Access.ADMINISTRATOR, this::plainList);
        get(routes, "/v{version}/agents/{id}", Access.ADMINISTRATOR, call -> one(call, SyntheticMachine::status));
        add(routes, "PUT", "/v{version}/agents/{id}/stop", call -> tell(call, OperationalState.TENANT_FAILED));
        add(routes, "PUT", "/v{version}/agents/{id}/reactivate", call -> tell(call, OperationalState.START));
        add(routes, "DELETE", "/v{version}/agents/{id}", this::delete);
        if (make == Make.LIMELIGHT) {
            String base = "/limelight/v1/agents";
            get(routes, base, Access.OBSERVER, this::pagedList);
            get(routes, base + "/{id}", Access.OBSERVER, call -> one(call, SyntheticMachine::listed));
            get(routes, base + "/{id}/timeline", Access.OBSERVER, call -> one(call, SyntheticMachine::timeline));
            get(
                    routes,
                    base + "/{id}/evidence",
                    Access.OBSERVER,
                    _ -> HttpReply.refusal(404, "no evidence is kept of this agent"));
            get(routes, "/limelight/v1/events", Access.OBSERVER, _ -> new HttpReply.Events(this::events));
            add(routes, "POST", base + "/{id}/pause", call -> tell(call, OperationalState.SAVED));
            add(routes, "POST", base + "/{id}/resume", call -> tell(call, OperationalState.GET_QUOTE));
            add(routes, "POST", base + "/{id}/attest", call -> one(call, SyntheticMachine::listed));
        }
        return routes.build();
    }

    private Routes registrarRoutes() {
        Routes.Builder routes = Routes.builder().versions(SyntheticFleet::spoken);
        get(routes, "/version", Access.ANYONE, _ -> versions());
        get(
                routes,
                "/v{version}/agents",
                Access.ADMINISTRATOR,
                _ -> HttpReply.success(new AgentList(ids(registered(), false)).toRegistrarJson()));
        get(routes, "/v{version}/agents/{id}", Access.ADMINISTRATOR, this::registration);
        return routes.build();
    }

    private static boolean spoken(String version) {
        return ApiVersion.parse(version).map(ApiVersion::supported).orElse(false);
    }

    private void get(Routes.Builder routes, String path, Access access, HttpHandler handler) {
        routes.add(new Route("GET", path, access, "synthetic", 0, counted(handler)));
    }

    private void add(Routes.Builder routes, String method, String path, HttpHandler handler) {
        routes.add(new Route(method, path, Access.ADMINISTRATOR, "synthetic", SMALL, counted(handler)));
    }

    private HttpHandler counted(HttpHandler handler) {
        return call -> {
            requests.increment();
            return handler.handle(call);
        };
    }

    private static HttpReply versions() {
        return HttpReply.success(Versions.ofServer(ApiVersion.SUPPORTED).toJson());
    }

    private List<String> ids(int count, boolean watched) {
        List<String> ids = new ArrayList<>(count);
        for (int number = 0; number < count; number++) {
            if (!watched || !deleted.contains(number)) {
                ids.add(SyntheticMachine.id(number));
            }
        }
        return ids;
    }

    private SyntheticMachine machine(int number) {
        return SyntheticMachine.of(number, clock.instant(), told.get(number));
    }

    /** The number in an id, if it is one of a watched machine. */
    private OptionalInt number(String id) {
        int dash = id.lastIndexOf('-');
        try {
            int number = Integer.parseInt(id.substring(dash + 1), 16);
            return number >= 0
                            && number < machines
                            && SyntheticMachine.id(number).equals(id)
                            && !deleted.contains(number)
                    ? OptionalInt.of(number)
                    : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    @FunctionalInterface
    private interface View {
        ObjectNode of(SyntheticMachine machine);
    }

    private HttpReply one(HttpCall call, View view) {
        OptionalInt number = number(call.variable("id"));
        return number.isPresent()
                ? HttpReply.success(view.of(machine(number.getAsInt())))
                : HttpReply.refusal(404, "agent id not found");
    }

    private HttpReply tell(HttpCall call, OperationalState state) {
        OptionalInt number = number(call.variable("id"));
        if (number.isEmpty()) {
            return HttpReply.refusal(404, "agent id not found");
        }
        told.put(number.getAsInt(), state);
        return HttpReply.success(machine(number.getAsInt()).listed());
    }

    private HttpReply delete(HttpCall call) {
        OptionalInt number = number(call.variable("id"));
        if (number.isEmpty()) {
            return HttpReply.refusal(404, "agent id not found");
        }
        deleted.add(number.getAsInt());
        return HttpReply.success();
    }

    private HttpReply plainList(HttpCall call) {
        if (call.query("bulk").isEmpty()) {
            return HttpReply.success(new AgentList(ids(machines, true)).toVerifierJson());
        }
        ObjectNode all = WireJson.object();
        for (int number = 0; number < machines; number++) {
            if (!deleted.contains(number)) {
                all.set(SyntheticMachine.id(number), machine(number).status());
            }
        }
        return HttpReply.success(all);
    }

    private HttpReply pagedList(HttpCall call) {
        int limit = call.query("limit")
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(Integer::parseInt)
                .orElse(100);
        if (limit < 1 || limit > LARGEST_PAGE) {
            return HttpReply.refusal(400, "limit is a number from 1 to " + LARGEST_PAGE);
        }
        ObjectNode results = WireJson.object();
        ArrayNode agents = results.putArray("agents");
        int number = first(call.query("after").orElse(""));
        for (; number < machines && agents.size() < limit; number++) {
            if (!deleted.contains(number)) {
                agents.add(machine(number).listed());
            }
        }
        return HttpReply.success(
                agents.size() == limit
                        ? results.put("next_after", SyntheticMachine.id(number - 1))
                        : results.putNull("next_after"));
    }

    /** The first machine whose id comes after a text. */
    private int first(String after) {
        int low = 0;
        int high = machines;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (SyntheticMachine.id(middle).compareTo(after) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private HttpReply registration(HttpCall call) {
        String id = call.variable("id");
        if (!ids(registered(), false).contains(id)) {
            return HttpReply.refusal(404, "Agent with ID '" + id + "' not found");
        }
        return HttpReply.success(new RegistrarAgent(id, key, key, null, "10.0.0.1", 9002, "disabled", 1).toJson());
    }

    private void events(EventSource.Sink sink) throws IOException {
        try {
            String at = clock.instant().toString();
            sink.send(
                    "0-1",
                    "open",
                    WireJson.compactText(WireJson.object().put("at", at).put("newest", "0-1")));
            for (int i = 2; ; i++) {
                closing.sleep(EVENTS);
                ObjectNode data = WireJson.object()
                        .put("at", clock.instant().toString())
                        .put("engaged", false)
                        .put("released", 0);
                sink.send("0-" + i, "brake", WireJson.compactText(data));
            }
        } catch (CancelledException e) {
            // The fleet ends, and with it the stream.
            return;
        }
    }

    @Override
    public void close() {
        closing.cancel();
        verifier.close();
        registrar.close();
    }
}
