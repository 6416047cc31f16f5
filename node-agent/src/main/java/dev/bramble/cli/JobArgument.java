package dev.bramble.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The number of a job, and the index of a task, as users write them. */
final class JobArgument {
    private JobArgument() {}

    /** A job's number. */
    static final class Job implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!value.matches("[1-9]\\d{0,17}")) {
                throw new TypeConversionException("'" + value + "' is no number of a job: 'bramble jobs' shows them");
            }
            return value;
        }
    }

    /** A task's index, or the reduce. */
    static final class Task implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!value.matches("\\d{1,10}|reduce")) {
                throw new TypeConversionException(
                        "'" + value + "' is no task: give its index from 0, or the word reduce");
            }
            return value;
        }
    }
}
