/** The IMA part of an appraisal: a measurement list against a runtime policy, a proved PCR 10 and what was known before. */
@NullMarked
package io.limelight.core.appraisal.ima;

import org.jspecify.annotations.NullMarked;
