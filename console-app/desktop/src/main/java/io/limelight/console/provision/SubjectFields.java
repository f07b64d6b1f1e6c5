package io.limelight.console.provision;

import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.core.ca.CertificateSubject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What certificates say besides the machine's id: {@code ca.conf} where a field is empty, else what was typed. Options of {@code ca.conf}
 * can be set by the environment, so that a command line can say the same.
 */
final class SubjectFields {
    /** In the order in which they are shown. */
    static final List<Field> OF_EACH =
            List.of(Field.ORGANIZATION, Field.UNIT, Field.LOCALITY, Field.STATE, Field.COUNTRY);

    /** Those of a CA that is made. */
    static final List<Field> OF_A_NEW_CA = List.of(Field.CA_NAME, Field.CA_DAYS);

    /** ub-organization-name and its likes, RFC 5280 appendix A.1. */
    private static final int LONGEST = 64;

    private static final int MOST_DAYS = 36500;
    private static final Pattern COUNTRY = Pattern.compile("[A-Za-z]{2}");
    private static final Pattern DAYS = Pattern.compile("[1-9][0-9]{0,4}");

    private SubjectFields() {}

    /** What stands in {@code ca.conf}. */
    static String usual(CertificateSubject subject, Field field) {
        return switch (field) {
            case CA_NAME -> subject.caName();
            case CA_DAYS -> Integer.toString(subject.caDays());
            case ORGANIZATION -> subject.organization();
            case UNIT -> subject.unit();
            case LOCALITY -> subject.locality();
            case STATE -> subject.state();
            case COUNTRY -> subject.country();
            default -> throw new IllegalArgumentException(field + " is no part of a certificate");
        };
    }

    /** Whether what was typed can stand in a certificate; nothing can. */
    static boolean good(Field field, String typed) {
        return typed.isBlank()
                || switch (field) {
                    case COUNTRY -> COUNTRY.matcher(typed.strip()).matches();
                    case CA_DAYS ->
                        DAYS.matcher(typed.strip()).matches() && Integer.parseInt(typed.strip()) <= MOST_DAYS;
                    default ->
                        typed.strip().length() <= LONGEST && typed.chars().noneMatch(Character::isISOControl);
                };
    }

    /** {@code ca.conf} with what was typed; every field must be good. */
    static CertificateSubject subject(CertificateSubject usual, Function<Field, String> typed) {
        Function<Field, String> said = field -> typed.apply(field).isBlank()
                ? usual(usual, field)
                : typed.apply(field).strip();
        return new CertificateSubject(
                said.apply(Field.COUNTRY),
                said.apply(Field.STATE),
                said.apply(Field.LOCALITY),
                said.apply(Field.ORGANIZATION),
                said.apply(Field.UNIT),
                said.apply(Field.CA_NAME),
                Integer.parseInt(said.apply(Field.CA_DAYS)),
                usual.keyBits(),
                usual.crlUrl(),
                usual.ocspUrl());
    }

    /** What differs from {@code ca.conf}, as variables that say so: {@code KEYLIME_CA_CERT_ORGANIZATION}. */
    static Map<String, String> environment(CertificateSubject usual, Function<Field, String> typed) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Field field : List.of(
                Field.CA_NAME,
                Field.CA_DAYS,
                Field.ORGANIZATION,
                Field.UNIT,
                Field.LOCALITY,
                Field.STATE,
                Field.COUNTRY)) {
            String said = typed.apply(field).strip();
            if (!said.isEmpty() && !said.equals(usual(usual, field))) {
                variables.put("KEYLIME_CA_CERT_" + option(field), said);
            }
        }
        return variables;
    }

    private static String option(Field field) {
        return switch (field) {
            case CA_DAYS -> "CA_LIFETIME";
            case UNIT -> "ORG_UNIT";
            default -> field.name();
        };
    }
}
