package io.limelight.console.connect;

import io.limelight.console.connect.Finding.Status;
import io.limelight.console.profile.Connection;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.RevocationsClient;
import io.limelight.core.api.VerifierClient;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.Versions;
import io.limelight.core.config.ConfigException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The doctor's walk along one server. */
final class ServerExamination {
    /** No machine has this id: what comes back is an answer to the question, and no machine's data. */
    private static final AgentId NOBODY = AgentId.of("limelight-connection-doctor");

    private static final int GONE = 410;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final Endpoint endpoint;
    private final Connection connection;
    private final Words words;
    private final InstantSource clock;
    private final DoctorLimits limits;
    private final Cancellation cancellation;
    private final DoctorReport report;
    private final List<Finding> findings = new ArrayList<>();
    private long began;
    private Diagnosis.Role role = Diagnosis.Role.UNKNOWN;

    ServerExamination(
            Endpoint endpoint,
            Connection connection,
            Words words,
            InstantSource clock,
            DoctorLimits limits,
            Cancellation cancellation,
            DoctorReport report) {
        this.endpoint = endpoint;
        this.connection = connection;
        this.words = words;
        this.clock = clock;
        this.limits = limits;
        this.cancellation = cancellation;
        this.report = report;
    }

    /** Steps that concern this server. */
    static List<Check> checks(Endpoint.Service server) {
        return Arrays.stream(Check.values())
                .filter(check -> server == Endpoint.Service.VERIFIER || (check != Check.MODE && check != Check.ROLE))
                .toList();
    }

    List<Finding> findings() {
        return findings;
    }

    Diagnosis.Role role() {
        return role;
    }

    /** Walks all steps; what needs one that failed is skipped. */
    void run() throws CancelledException {
        Probe probe = new Probe(endpoint, limits.step(), cancellation);
        List<InetAddress> addresses = name(probe);
        @Nullable InetAddress address = addresses.isEmpty() ? skip(Check.PORT, Check.NAME) : port(probe, addresses);
        Probe.@Nullable Shown shown = address == null ? skip(Check.TLS, Check.PORT) : tls(probe, address);
        @Nullable TrustedCas trusted = null;
        if (shown == null) {
            skip(Check.CHAIN, Check.TLS);
            skip(Check.SAN, Check.TLS);
        } else {
            trusted = chain(shown.chain());
            san(shown.chain().getFirst());
        }
        @Nullable KeyMaterial identity = clientKey();
        if (trusted == null || identity == null) {
            Check missing = shown == null ? Check.TLS : trusted == null ? Check.CHAIN : Check.CLIENT_KEY;
            for (Check check : checks(endpoint.service())) {
                if (check.compareTo(Check.CLIENT_ACCEPTED) >= 0) {
                    skip(check, missing);
                }
            }
            return;
        }
        OkHttpClient http =
                HttpClients.tls(HttpTimeouts.of(limits.step()), ClientTls.trusting(trusted, Optional.of(identity)));
        try {
            api(http);
        } finally {
            HttpClients.close(http);
        }
    }

    // --- outside ---

    private List<InetAddress> name(Probe probe) throws CancelledException {
        begin(Check.NAME);
        try {
            List<InetAddress> addresses = probe.addresses();
            String list = addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
            passed(Check.NAME, "name.ok", endpoint.host(), list);
            return addresses;
        } catch (UnknownHostException e) {
            failed(Check.NAME, null, "name.unknown", endpoint.host());
        } catch (IOException e) {
            failed(Check.NAME, null, "name.silent", endpoint.host(), seconds());
        }
        return List.of();
    }

    private @Nullable InetAddress port(Probe probe, List<InetAddress> addresses) throws CancelledException {
        begin(Check.PORT);
        try {
            InetAddress address = probe.connect(addresses);
            passed(Check.PORT, "port.ok", endpoint.port(), address.getHostAddress());
            return address;
        } catch (NoRouteToHostException e) {
            failed(Check.PORT, null, "port.no-route", endpoint.address());
        } catch (ConnectException e) {
            failed(
                    Check.PORT,
                    null,
                    "port.refused",
                    endpoint.address(),
                    endpoint.service().word());
        } catch (IOException e) {
            failed(Check.PORT, null, "port.silent", endpoint.address(), seconds());
        }
        return null;
    }

    private Probe.@Nullable Shown tls(Probe probe, InetAddress address) throws CancelledException {
        begin(Check.TLS);
        try {
            Probe.Shown shown = probe.handshake(address);
            if (shown.protocol().isEmpty()) {
                passed(Check.TLS, "tls.ok-wants-certificate");
            } else {
                passed(Check.TLS, "tls.ok", shown.protocol());
            }
            return shown;
        } catch (SocketTimeoutException e) {
            failed(Check.TLS, null, "tls.silent", seconds());
        } catch (SSLException e) {
            String said = String.valueOf(e.getMessage());
            if (said.contains("Unsupported or unrecognized SSL message") || said.contains("plaintext")) {
                failed(
                        Check.TLS,
                        null,
                        endpoint.service() == Endpoint.Service.REGISTRAR ? "tls.plain-registrar" : "tls.plain",
                        endpoint.address());
            } else {
                failed(Check.TLS, null, "tls.failed", said);
            }
        } catch (IOException e) {
            failed(Check.TLS, null, "tls.closed");
        }
        return null;
    }

    private @Nullable TrustedCas chain(List<X509Certificate> chain) {
        begin(Check.CHAIN);
        X509Certificate leaf = chain.getFirst();
        @Nullable Path file = connection.trusted().isEmpty() ? null : connection.trusted().getFirst();
        TrustedCas trusted;
        try {
            trusted = connection.settings().tls().trusted("trusted_server_ca");
        } catch (TlsSetupException | ConfigException e) {
            failed(Check.CHAIN, file, "chain.no-ca", String.valueOf(e.getMessage()));
            return null;
        }
        Instant now = clock.instant();
        if (now.isAfter(leaf.getNotAfter().toInstant())) {
            failed(Check.CHAIN, null, "chain.expired", date(leaf.getNotAfter().toInstant()));
            return null;
        }
        if (now.isBefore(leaf.getNotBefore().toInstant())) {
            failed(Check.CHAIN, null, "chain.not-yet", date(leaf.getNotBefore().toInstant()));
            return null;
        }
        for (X509Certificate authority : trusted.certificates()) {
            if (now.isAfter(authority.getNotAfter().toInstant()) && Certificates.signed(authority, leaf)) {
                failed(
                        Check.CHAIN,
                        file,
                        "chain.ca-expired",
                        date(authority.getNotAfter().toInstant()));
                return null;
            }
        }
        try {
            ClientTls.trusting(trusted, Optional.empty())
                    .trustManager()
                    .checkServerTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN");
        } catch (CertificateException e) {
            otherAuthority(leaf, trusted, file);
            return null;
        }
        passed(
                Check.CHAIN,
                "chain.ok",
                Certificates.name(leaf.getSubjectX500Principal()),
                Certificates.name(leaf.getIssuerX500Principal()),
                date(leaf.getNotAfter().toInstant()));
        return trusted;
    }

    private void otherAuthority(X509Certificate leaf, TrustedCas trusted, @Nullable Path file) {
        boolean sameName = trusted.certificates().stream()
                .anyMatch(authority -> authority.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()));
        String ours = trusted.certificates().stream()
                .map(authority -> Certificates.name(authority.getSubjectX500Principal()))
                .distinct()
                .limit(3)
                .collect(Collectors.joining(", "));
        failed(
                Check.CHAIN,
                file,
                sameName ? "chain.same-name" : "chain.other-ca",
                Certificates.name(leaf.getIssuerX500Principal()),
                ours,
                endpoint.service().word());
    }

    private void san(X509Certificate leaf) {
        begin(Check.SAN);
        List<String> hosts = Certificates.hosts(leaf);
        if (Certificates.names(hosts, endpoint.host())) {
            passed(Check.SAN, "san.ok", endpoint.host());
        } else if (hosts.isEmpty()) {
            warned(Check.SAN, null, "san.none", endpoint.host());
        } else {
            String list = hosts.stream().limit(6).collect(Collectors.joining(", "));
            warned(Check.SAN, null, "san.other", endpoint.host(), list);
        }
    }

    // --- our side ---

    private @Nullable KeyMaterial clientKey() {
        begin(Check.CLIENT_KEY);
        KeyMaterial identity;
        try {
            identity = connection.settings().tls().client();
        } catch (TlsSetupException e) {
            clientKeyTrouble(String.valueOf(e.getMessage()));
            return null;
        }
        X509Certificate certificate = identity.certificate();
        Instant now = clock.instant();
        String name = Certificates.name(certificate.getSubjectX500Principal());
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            failed(
                    Check.CLIENT_KEY,
                    connection.clientCertificate(),
                    "client-key.expired",
                    name,
                    date(certificate.getNotAfter().toInstant()));
            return null;
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            failed(
                    Check.CLIENT_KEY,
                    connection.clientCertificate(),
                    "client-key.not-yet",
                    name,
                    date(certificate.getNotBefore().toInstant()));
            return null;
        }
        passed(
                Check.CLIENT_KEY,
                "client-key.ok",
                name,
                date(certificate.getNotAfter().toInstant()));
        return identity;
    }

    private void clientKeyTrouble(String said) {
        Path key = connection.clientKey();
        Path certificate = connection.clientCertificate();
        for (Path file : List.of(key, certificate)) {
            if (!Files.exists(file)) {
                failed(Check.CLIENT_KEY, file, "client-key.missing", file.toString());
                return;
            }
            if (!Files.isReadable(file)) {
                failed(Check.CLIENT_KEY, file, "client-key.unreadable", file.toString());
                return;
            }
        }
        if (said.contains("does not belong to")) {
            failed(Check.CLIENT_KEY, certificate, "client-key.mismatch", key.toString(), certificate.toString());
        } else if (KeyFiles.encrypted(key)) {
            failed(Check.CLIENT_KEY, key, "client-key.encrypted", key.toString());
        } else {
            failed(Check.CLIENT_KEY, said.contains(certificate.toString()) ? certificate : key, "client-key.bad", said);
        }
    }

    // --- the API ---

    private void api(OkHttpClient http) throws CancelledException {
        begin(Check.CLIENT_ACCEPTED);
        boolean verifier = endpoint.service() == Endpoint.Service.VERIFIER;
        @Nullable Versions versions = null;
        boolean push = false;
        String noApi = "";
        try {
            versions = verifier
                    ? new VerifierClient(endpoint, http, cancellation).versions()
                    : new RegistrarClient(endpoint, http, cancellation).versions();
        } catch (ApiException.Refused e) {
            if (e.status() == GONE) {
                push = true;
            } else if (e.status() == UNAUTHORIZED || e.status() == FORBIDDEN) {
                notAccepted(String.valueOf(e.getMessage()));
                return;
            } else {
                noApi = String.valueOf(e.getMessage());
            }
        } catch (ApiException.BadAnswer e) {
            noApi = String.valueOf(e.getMessage());
        } catch (ApiException.TimedOut e) {
            cancellation.throwIfCancelled();
            failed(Check.CLIENT_ACCEPTED, null, "client-accepted.silent", seconds());
            skipAfter(Check.CLIENT_ACCEPTED);
            return;
        } catch (ApiException.Stopped e) {
            throw new CancelledException();
        } catch (ApiException e) {
            cancellation.throwIfCancelled();
            // OpenSSL's refusal of a certificate often arrives as a connection that is gone.
            notAccepted(String.valueOf(e.getMessage()));
            return;
        }
        Optional<ApiVersion> common = versions == null ? Optional.empty() : VersionNegotiation.newestCommon(versions);
        if (common.isPresent()) {
            withVersion(http, common.get(), verifier);
            return;
        }
        passed(Check.CLIENT_ACCEPTED, "client-accepted.tls");
        begin(Check.VERSION);
        if (push) {
            skipped(Check.VERSION, "version.push");
            begin(Check.MODE);
            failed(Check.MODE, null, "mode.push");
            skipAfter(Check.MODE);
        } else {
            if (versions != null) {
                String offered =
                        versions.offered().stream().map(ApiVersion::toString).collect(Collectors.joining(", "));
                failed(Check.VERSION, null, "version.none", offered, ApiVersion.V2_0, ApiVersion.CURRENT);
            } else {
                failed(Check.VERSION, null, "version.no-api", noApi);
            }
            skipAfter(Check.VERSION);
        }
    }

    private void withVersion(OkHttpClient http, ApiVersion version, boolean verifier) throws CancelledException {
        boolean observer = false;
        try {
            if (verifier) {
                new VerifierClient(endpoint, http, cancellation).find(version, NOBODY);
            } else {
                new RegistrarClient(endpoint, http, cancellation).find(version, NOBODY);
            }
        } catch (ApiException.Refused e) {
            if (e.status() == UNAUTHORIZED || e.status() == FORBIDDEN) {
                observer = verifier && mayRead(http);
                if (!observer) {
                    notAccepted(String.valueOf(e.getMessage()));
                    return;
                }
            }
        } catch (ApiException.Stopped e) {
            throw new CancelledException();
        } catch (ApiException e) {
            cancellation.throwIfCancelled();
            notAccepted(String.valueOf(e.getMessage()));
            return;
        }
        passed(Check.CLIENT_ACCEPTED, observer ? "client-accepted.observer" : "client-accepted.ok");
        begin(Check.VERSION);
        passed(Check.VERSION, "version.ok", version);
        if (verifier) {
            begin(Check.MODE);
            passed(Check.MODE, "mode.pull");
            begin(Check.ROLE);
            role(http, observer);
        }
    }

    /** Routes of ours that observers may read. */
    private boolean mayRead(OkHttpClient http) throws CancelledException {
        try {
            new RevocationsClient(endpoint, http, cancellation).revocations(OptionalLong.empty(), 1);
            return true;
        } catch (ApiException.Stopped e) {
            throw new CancelledException();
        } catch (ApiException e) {
            return false;
        }
    }

    private void role(OkHttpClient http, boolean observer) throws CancelledException {
        if (observer) {
            role = Diagnosis.Role.OBSERVER;
            warned(Check.ROLE, null, "role.observer");
            return;
        }
        try {
            // There is no such notifier: whoever may act is told so, whoever may not is refused before.
            new RevocationsClient(endpoint, http, cancellation).test("none", Optional.empty());
            role = Diagnosis.Role.ADMINISTRATOR;
        } catch (ApiException.Refused e) {
            if (e.status() == FORBIDDEN || e.status() == UNAUTHORIZED) {
                role = Diagnosis.Role.OBSERVER;
            } else if (!e.notFound()) {
                role = Diagnosis.Role.ADMINISTRATOR;
            }
        } catch (ApiException.Stopped e) {
            throw new CancelledException();
        } catch (ApiException e) {
            cancellation.throwIfCancelled();
        }
        switch (role) {
            case ADMINISTRATOR -> passed(Check.ROLE, "role.administrator");
            case OBSERVER -> warned(Check.ROLE, null, "role.observer");
            case UNKNOWN -> skipped(Check.ROLE, "role.unknown");
        }
    }

    private void notAccepted(String said) {
        failed(
                Check.CLIENT_ACCEPTED,
                connection.clientCertificate(),
                "client-accepted.refused",
                endpoint.service().word(),
                said);
        skipAfter(Check.CLIENT_ACCEPTED);
    }

    // --- telling ---

    private void begin(Check check) {
        began = System.nanoTime();
        report.begin(endpoint.service(), check);
    }

    private void passed(Check check, String key, Object... arguments) {
        tell(check, Status.PASSED, null, "connect.doctor." + key, arguments);
    }

    private void warned(Check check, @Nullable Path file, String key, Object... arguments) {
        tell(check, Status.WARNED, file, "connect.doctor." + key, arguments);
    }

    private void failed(Check check, @Nullable Path file, String key, Object... arguments) {
        tell(check, Status.FAILED, file, "connect.doctor." + key, arguments);
    }

    private void skipped(Check check, String key, Object... arguments) {
        tell(check, Status.SKIPPED, null, "connect.doctor." + key, arguments);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private <T> @Nullable T skip(Check check, Check missing) {
        Finding finding = new Finding(
                endpoint.service(),
                check,
                Status.SKIPPED,
                words.of("connect.doctor.skipped", words.of("connect.check." + missing.key())),
                Optional.empty(),
                "",
                Optional.of(missing),
                Duration.ZERO);
        findings.add(finding);
        report.found(finding);
        return null;
    }

    private void skipAfter(Check failed) {
        for (Check check : checks(endpoint.service())) {
            if (check.compareTo(failed) > 0) {
                skip(check, failed);
            }
        }
    }

    private void tell(Check check, Status status, @Nullable Path file, String key, Object... arguments) {
        Object[] texts = Arrays.stream(arguments)
                .map(argument -> (Object) String.valueOf(argument))
                .toArray();
        String fixKey = key + ".fix";
        String fix = words.of(fixKey, texts);
        Finding finding = new Finding(
                endpoint.service(),
                check,
                status,
                words.of(key, texts),
                Optional.ofNullable(file),
                fix.equals(fixKey) ? "" : fix,
                Optional.empty(),
                Duration.ofNanos(System.nanoTime() - began));
        findings.add(finding);
        report.found(finding);
    }

    private long seconds() {
        return Math.max(1, limits.step().toSeconds());
    }

    private String date(Instant instant) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault())
                .format(instant);
    }
}
