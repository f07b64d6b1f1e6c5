package io.limelight.core.tenant;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.DryRunClient;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.EventsClient;
import io.limelight.core.api.HistoryClient;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.MachinesClient;
import io.limelight.core.api.PoliciesClient;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.RevocationsClient;
import io.limelight.core.api.VerifierClient;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.Versions;
import io.limelight.core.config.ConfigException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.TlsSetupException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one act: to the registrar, to the verifier, to machines, each with the API version both sides speak. Made
 * when first needed and kept alive until closed; every call ends when the act is cancelled.
 */
public final class TenantServices implements AutoCloseable {
    /** An agent's answers to a tenant are a few KiB. */
    private static final int MAX_AGENT_ANSWER = 4 << 20;

    private static final int GONE = 410;

    private final TenantSettings settings;
    private final InstantSource clock;
    private final Cancellation cancellation;
    private final OkHttpClient plain;
    private @Nullable KeyMaterial identity;
    private @Nullable OkHttpClient trusting;
    private @Nullable OkHttpClient streaming;
    private @Nullable Registrar registrar;
    private @Nullable Verifier verifier;
    private @Nullable Future<Registrar> registrarAhead;
    private @Nullable Future<Verifier> verifierAhead;

    private final boolean owned;

    /** Opens nothing yet. */
    public TenantServices(TenantSettings settings, InstantSource clock, Cancellation cancellation) {
        this(settings, clock, cancellation, HttpClients.plain(HttpTimeouts.of(settings.requestTimeout())), true);
    }

    private TenantServices(
            TenantSettings settings,
            InstantSource clock,
            Cancellation cancellation,
            OkHttpClient plain,
            boolean owned) {
        this.settings = settings;
        this.clock = clock;
        this.cancellation = cancellation;
        this.plain = plain;
        this.owned = owned;
    }

    /**
     * The same connections for one of several acts side by side, which can be cancelled by itself. Keys are read and versions agreed on
     * here, once; closing what is returned closes nothing of these.
     */
    public TenantServices forOne(Cancellation own) throws TenantException {
        TenantServices one = new TenantServices(settings, clock, own, plain, false);
        Registrar knownRegistrar = registrar();
        Verifier knownVerifier = verifier();
        one.identity = identity();
        one.trusting = trusting();
        one.registrar =
                new Registrar(new RegistrarClient(settings.registrar(), trusting(), own), knownRegistrar.version());
        one.verifier = new Verifier(new VerifierClient(settings.verifier(), trusting(), own), knownVerifier.version());
        return one;
    }

    /**
     * A registrar and the version to speak with it.
     *
     * @param client the client
     * @param version negotiated
     */
    public record Registrar(RegistrarClient client, ApiVersion version) {}

    /**
     * A verifier and the version to speak with it.
     *
     * @param client the client
     * @param version negotiated
     */
    public record Verifier(VerifierClient client, ApiVersion version) {}

    /** The registrar of the settings. */
    public Registrar registrar() throws TenantException {
        Registrar known = registrar;
        if (known == null) {
            Future<Registrar> ahead = registrarAhead;
            known = ahead == null ? registrarOfSettings() : arrived(ahead);
            registrar = known;
        }
        return known;
    }

    /** The verifier of the settings. */
    public Verifier verifier() throws TenantException {
        Verifier known = verifier;
        if (known == null) {
            Future<Verifier> ahead = verifierAhead;
            known = ahead == null ? verifierAt(settings.verifier()) : arrived(ahead);
            verifier = known;
        }
        return known;
    }

    /**
     * A verifier's policies and the version to speak with it.
     *
     * @param client the client
     * @param version negotiated
     */
    record Policies(PoliciesClient client, ApiVersion version) {}

    /** The policies of the verifier of the settings. */
    Policies policies() throws TenantException {
        ApiVersion version = verifier().version();
        return new Policies(new PoliciesClient(settings.verifier(), trusting(), cancellation), version);
    }

    /** What a Limelight verifier tells of revocations; others refuse it. */
    RevocationsClient revocations() throws TenantException {
        return new RevocationsClient(settings.verifier(), trusting(), cancellation);
    }

    /** What a Limelight verifier counted as time went by; others refuse it. */
    public HistoryClient history() throws TenantException {
        return new HistoryClient(settings.verifier(), trusting(), cancellation);
    }

    /** The machines of a Limelight verifier, and what they proved; others refuse it. */
    public MachinesClient machines() throws TenantException {
        return new MachinesClient(settings.verifier(), trusting(), cancellation);
    }

    /** The events of a Limelight verifier; others refuse it. */
    public EventsClient events() throws TenantException {
        OkHttpClient known = streaming;
        if (known == null) {
            known = HttpClients.tls(EventsClient.timeouts(), trust());
            streaming = known;
        }
        return new EventsClient(settings.verifier(), known, cancellation);
    }

    /** Drafts of policies that a Limelight verifier tries on the evidence it keeps; others refuse them. */
    public DryRunClient dryRuns() throws TenantException {
        OkHttpClient known = streaming;
        if (known == null) {
            known = HttpClients.tls(EventsClient.timeouts(), trust());
            streaming = known;
        }
        return new DryRunClient(settings.verifier(), known, cancellation);
    }

    private Registrar registrarOfSettings() throws TenantException {
        RegistrarClient client = new RegistrarClient(settings.registrar(), trusting(), cancellation);
        return new Registrar(client, negotiate(client.endpoint(), client::versions));
    }

    /**
     * Connects to registrar and verifier beside what comes first, which saves the time of their handshakes when
     * {@link #registrar} and {@link #verifier} are called. What goes wrong is said there. A second call does nothing.
     *
     * @throws TenantException if this side's own key or trust cannot be used
     */
    public void connectAhead() throws TenantException {
        if (verifierAhead != null || (registrar != null && verifier != null)) {
            return;
        }
        trusting();
        registrarAhead = begun("registrar-ahead", this::registrarOfSettings);
        verifierAhead = begun("verifier-ahead", () -> verifierAt(settings.verifier()));
    }

    private static <T> Future<T> begun(String name, Callable<T> connecting) {
        FutureTask<T> ahead = new FutureTask<>(connecting);
        Thread.ofVirtual().name(name).start(ahead);
        return ahead;
    }

    private static <T> T arrived(Future<T> ahead) throws TenantException {
        try {
            return ahead.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TenantException said) {
                throw said;
            }
            throw new IllegalStateException("connecting ahead failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TenantException(Kind.CANCELLED, "Interrupted while connecting.", e);
        }
    }

    /** Another verifier of the same trust, where an answer names one. */
    Verifier verifierAt(Endpoint endpoint) throws TenantException {
        VerifierClient client = new VerifierClient(endpoint, trusting(), cancellation);
        return new Verifier(client, negotiate(endpoint, client::versions));
    }

    /** A machine that registered a TLS certificate: only that very certificate is accepted from it. */
    AgentClient agent(Endpoint endpoint, X509Certificate pin) throws TenantException {
        return agent(endpoint, Optional.of(pin), MAX_AGENT_ANSWER);
    }

    /** A machine whose answers may be longer, with its certificate where it has one. */
    AgentClient agent(Endpoint endpoint, Optional<X509Certificate> pin, int maxAnswer) throws TenantException {
        OkHttpClient http = pin.isEmpty()
                ? plain
                : HttpClients.with(plain, ClientTls.pinned(pin.get(), Optional.of(identity()), clock));
        return new AgentClient(endpoint, http, maxAnswer, cancellation);
    }

    /** A machine that speaks plain HTTP. */
    AgentClient agentWithoutTls(Endpoint endpoint) {
        return new AgentClient(endpoint, plain, MAX_AGENT_ANSWER, cancellation);
    }

    /** Asks which versions a service speaks. */
    @FunctionalInterface
    interface VersionQuestion {
        Versions ask() throws ApiException;
    }

    /** Reference §0.4: a service that does not answer the question properly is spoken to in our own version. */
    static ApiVersion negotiate(Endpoint endpoint, VersionQuestion question) throws TenantException {
        try {
            Versions offered = question.ask();
            return VersionNegotiation.newestCommon(offered)
                    .orElseThrow(() -> new TenantException(
                            Kind.NO_COMMON_VERSION,
                            "The " + endpoint + " speaks API versions " + offered.offered() + ", this program "
                                    + ApiVersion.SUPPORTED + "; there is none in common."));
        } catch (ApiException.Refused e) {
            if (e.status() == GONE) {
                throw new TenantException(
                        Kind.PUSH_MODE,
                        "The " + endpoint + " runs in push mode, which this program does not speak yet. Use a verifier"
                                + " in pull mode (option mode).",
                        e);
            }
            return ApiVersion.CURRENT;
        } catch (ApiException.BadAnswer e) {
            return ApiVersion.CURRENT;
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    private OkHttpClient trusting() throws TenantException {
        OkHttpClient known = trusting;
        if (known == null) {
            known = HttpClients.with(plain, trust());
            trusting = known;
        }
        return known;
    }

    private ClientTls trust() throws TenantException {
        try {
            return ClientTls.trusting(settings.tls().trusted("trusted_server_ca"), Optional.of(identity()));
        } catch (TlsSetupException | ConfigException e) {
            throw setup(e);
        }
    }

    private KeyMaterial identity() throws TenantException {
        KeyMaterial known = identity;
        if (known == null) {
            try {
                known = settings.tls().client();
            } catch (TlsSetupException e) {
                throw setup(e);
            }
            identity = known;
        }
        return known;
    }

    private TenantException setup(Exception e) {
        return new TenantException(
                Kind.SETUP,
                "This tenant's TLS files cannot be used: " + e.getMessage() + ". They are expected in "
                        + settings.tls().folder()
                        + " (options tls_dir, client_key, client_cert, trusted_server_ca of tenant.conf); the verifier"
                        + " makes them on its first start.",
                e);
    }

    /** Closes the connections. */
    @Override
    public void close() {
        if (!owned) {
            return;
        }
        HttpClients.close(plain);
        OkHttpClient streams = streaming;
        if (streams != null) {
            HttpClients.close(streams);
        }
    }
}
