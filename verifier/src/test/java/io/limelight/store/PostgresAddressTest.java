package io.limelight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** URLs of PostgreSQL, in SQLAlchemy's spelling and in JDBC's. */
class PostgresAddressTest {
    private static void is(String url, String jdbc, Map<String, String> properties) {
        PostgresAddress address = PostgresAddress.parse(url);
        assertThat(PostgresAddress.isMeant(url)).isTrue();
        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://" + jdbc);
        assertThat(address.properties()).isEqualTo(properties);
    }

    @Test
    void bothSpellingsMeanTheSame() {
        Map<String, String> whole = Map.of("user", "key", "password", "p w", "sslmode", "verify-full");
        is("postgresql://key:p%20w@db.example/keylime?sslmode=verify-full", "db.example:5432/keylime", whole);
        is(
                "postgresql+psycopg2://key:p w@db.example:5432/keylime?sslmode=verify-full",
                "db.example:5432/keylime",
                whole);
        is(
                "jdbc:postgresql://db.example/keylime?user=key&password=p+w&sslmode=verify-full",
                "db.example:5432/keylime",
                whole);
    }

    @Test
    void aPasswordMayHaveAnyCharacterButAnAt() {
        is("postgresql://u:a/b:c?d%40e+f%25@h/v", "h:5432/v", Map.of("user", "u", "password", "a/b:c?d@e+f%"));
    }

    @Test
    void addressesAndSeveralHostsAreUnderstood() {
        is("postgresql://[2001:db8::1]:5433,b,10.0.0.7:1/v", "[2001:db8::1]:5433,b:5432,10.0.0.7:1/v", Map.of());
        is("postgresql:///v", "localhost:5432/v", Map.of());
        is("postgres://h/a%20%3fb", "h:5432/a%20%3Fb", Map.of());
    }

    @Test
    void parametersOfLibpqBecomeTheDriversOwn() {
        is(
                "postgresql://h/v?connect_timeout=7&application_name=x&target_session_attrs=read-write&keepalives=0"
                        + "&channel_binding=require&sslrootcert=/etc/ca.pem",
                "h:5432/v",
                Map.of(
                        "connectTimeout", "7",
                        "ApplicationName", "x",
                        "targetServerType", "primary",
                        "tcpKeepAlive", "false",
                        "channelBinding", "require",
                        "sslrootcert", "/etc/ca.pem"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://u:s3cret@h:5432 | name the database",
                "postgresql://u:s3@cret@h/v | as %40",
                "postgresql:s3cret | write postgresql://",
                "jdbc:postgresql:s3cret | write postgresql://",
                "postgresql://u:s3cret@h:0/v | the host",
                "postgresql://u:s3cret@h:99999/v | the host",
                "postgresql://u:s3cret@h/v?sslmod=require | sslmod is not known",
                "postgresql://u:s3cret@h/v?sslmode=on | sslmode is one of",
                "postgresql://u:s3cret@h/v?sslfactory=org.example.Any | sslfactory is not known",
                "postgresql://u:s3cret@h/v?socketFactory=x | socketFactory is not known",
                "postgresql://u:s3cret@h/v?loggerFile=/etc/passwd | loggerFile is not known",
                "postgresql://u:s3cret@/v?host=/var/run/postgresql | sockets of Unix",
                "postgresql://u:s3cret@h/v?currentSchema=public | a schema of their own",
                "postgresql://u:s3cret@h/v?password=s3cret | given twice",
                "postgresql://u:s3cret@h/v?connect_timeout=soon | whole number",
                "postgresql://u:s3cret@h/v?target_session_attrs=read-only | cannot be written",
                "postgresql://u:s3cret%zz@h/v | without two hexadecimal digits",
                "postgresql://u:s3cret%00@h/v | NUL",
            })
    void whatCannotBeUsedIsSaidWithoutThePassword(String url, String reason) {
        assertThat(PostgresAddress.isMeant(url)).isTrue();
        assertThatThrownBy(() -> PostgresAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "sqlite:////x", "mysql://h/v", "postgresqlite://h/v", ""})
    void othersAreNotMeant(String url) {
        assertThat(PostgresAddress.isMeant(url)).isFalse();
    }

    @Test
    void neitherNameNorTextTellThePassword() {
        PostgresAddress address = PostgresAddress.parse("postgresql://u:s3cret@h/v?sslpassword=s3cret");
        assertThat(address.toString() + address.name() + address.jdbcUrl())
                .doesNotContain("s3cret")
                .contains("v on h:5432");
        assertThat(new DatabaseLocation.PostgresServer(address, 1).toString()).doesNotContain("s3cret");
    }

    /** Whatever it is, it is an address or a sentence, and quickly. */
    @Property(tries = 2000)
    void anyTextIsAnAddressOrASentence(@ForAll String text) {
        for (String url : new String[] {text, "postgresql://" + text, "jdbc:postgresql://h/v?" + text}) {
            try {
                assertThat(PostgresAddress.parse(url).jdbcUrl()).startsWith("jdbc:postgresql://");
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
