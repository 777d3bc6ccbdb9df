// The grammar the diagnosis reads wrong programs with: ordered choice, as CPython 3.11 tries things, because
// the order decides which message a text gets. Right programs never come here.
//
// Notation. `name: choice | choice`, a line that begins with `|` goes on with the rule above. 'x' a keyword
// or operator, "x" a soft keyword, upper case a kind of token; ? * + after a thing, ','.x+ a list with
// separators, &x !x look-ahead, ~ no way back, ^'x' must come (else: expected 'x'). `$` marks the parts that
// the action sees.
//   @Kind        a node of that kind, its children the marked parts; @?Kind the same if there is more than
//   one
//                part, otherwise the part; @^ a node of the last part's kind
//   #here `…`    error at the first marked part        #range `…`  from the first to the last marked part
//   #last `…`    at the last token read                #from `…`   from the first marked part to the lexer's
//   place #indent `…`  IndentationError at the last token #word        an action of its own, see
//   parser_diagnose.cpp
//   %8 `…` before the action: what is matched came with Python 3.8
// In messages {expr} is what the first part is, {text} its source, {line} its line. A choice without action
// is its marked part, or its only item. A choice that is nothing but a rule named invalid_… takes part in the
// second reading only. `memo` before a rule: its result is kept whether or not invalid_… rules were looked
// at; `quiet`: without invalid_… rules below. Both are observable.
//
// Callers. parser_rules.cpp.
#pragma once

namespace baton::ast {

inline constexpr char kGrammarStatements[] = R"(
file: statements? ENDMARKER
interactive: compound_stmt NEWLINE | simple_stmts | NEWLINE
eval: expressions NEWLINE* ENDMARKER
func_type: '(' type_expressions? ')' '->' expression NEWLINE* ENDMARKER
type_expressions: ','.expression+ ',' '*' expression ',' '**' expression | ','.expression+ ',' '*' expression
 | ','.expression+ ',' '**' expression | '*' expression ',' '**' expression | '*' expression | '**' expression
 | ','.expression+
fstring: star_expressions

statements: statement+
statement: compound_stmt | simple_stmts
simple_stmts: simple_stmt !';' NEWLINE | ';'.simple_stmt+ ';'? NEWLINE
memo simple_stmt: assignment | star_expressions | &'return' return_stmt | &('import' | 'from') import_stmt
 | &'raise' raise_stmt | 'pass' | &'del' del_stmt | &'yield' yield_expr | &'assert' assert_stmt | 'break'
 | 'continue' | &'global' global_stmt | &'nonlocal' nonlocal_stmt
compound_stmt: &('def' | '@' | 'async') function_def | &'if' if_stmt | &('class' | '@') class_def
 | &('with' | 'async') with_stmt | &('for' | 'async') for_stmt | &'try' try_stmt | &'while' while_stmt
 | match_stmt

assignment: NAME ':' expression ('=' annotated_rhs)? %6 `Variable annotation syntax is`
 | ('(' single_target ')' | single_subscript_attribute_target) ':' expression ('=' annotated_rhs)? %6 `Variable annotations syntax is`
 | (star_targets '=')+ (yield_expr | star_expressions) !'=' TYPE_COMMENT?
 | single_target augassign ~ (yield_expr | star_expressions)
 | invalid_assignment
annotated_rhs: yield_expr | star_expressions
augassign: '+=' | '-=' | '*=' | '@=' %5 `The '@' operator is` | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=' | '**=' | '//='
invalid_assignment:
   $invalid_ann_assign_target ':' expression #here `only single target (not {expr}) can be annotated`
 | $star_named_expression ',' star_named_expressions* ':' expression #here `only single target (not tuple) can be annotated`
 | $expression ':' expression #here `illegal target for annotation`
 | (star_targets '=')* $star_expressions '=' #assign
 | (star_targets '=')* $yield_expr '=' #here `assignment to yield expression not possible`
 | $star_expressions augassign (yield_expr | star_expressions) #here `'{expr}' is an illegal expression for augmented assignment`
invalid_ann_assign_target: list | tuple | '(' $invalid_ann_assign_target ')'

return_stmt: 'return' star_expressions?
raise_stmt: 'raise' expression ('from' expression)? | 'raise'
global_stmt: 'global' ','.NAME+
nonlocal_stmt: 'nonlocal' ','.NAME+
assert_stmt: 'assert' expression (',' expression)?
del_stmt: 'del' del_targets &(';' | NEWLINE) | invalid_del_stmt
invalid_del_stmt: 'del' $star_expressions #delete
import_stmt: import_name | import_from
import_name: 'import' ','.dotted_as_name+
import_from: 'from' ('.' | '...')* dotted_name 'import' import_from_targets
 | 'from' ('.' | '...')+ 'import' import_from_targets
import_from_targets: '(' import_from_as_names ','? ')' | import_from_as_names !',' | '*' | invalid_import_from_targets
invalid_import_from_targets:
   import_from_as_names ',' NEWLINE #last `trailing comma not allowed without surrounding parentheses`
import_from_as_names: ','.import_from_as_name+
import_from_as_name: NAME ('as' NAME)?
dotted_as_name: dotted_name ('as' NAME)?
dotted_name: '.'.NAME+

memo block: NEWLINE INDENT statements DEDENT | simple_stmts | invalid_block
invalid_block: NEWLINE !INDENT #indent `expected an indented block`
decorators: ('@' named_expression NEWLINE)+
class_def: decorators class_def_raw | class_def_raw
class_def_raw: invalid_class_def_raw | 'class' NAME ('(' arguments? ')')? ':' block
invalid_class_def_raw: 'class' NAME ('(' arguments? ')')? NEWLINE #last `expected ':'`
 | $'class' NAME ('(' arguments? ')')? ':' NEWLINE !INDENT #indent `expected an indented block after class definition on line {line}`

function_def: decorators function_def_raw | function_def_raw
function_def_raw: invalid_def_raw
 | 'def' NAME ^'(' params? ')' ('->' expression)? ^':' func_type_comment? block
 | 'async' 'def' NAME ^'(' params? ')' ('->' expression)? ^':' func_type_comment? block %5 `Async functions are`
func_type_comment: NEWLINE TYPE_COMMENT &(NEWLINE INDENT) | invalid_double_type_comments | TYPE_COMMENT
invalid_double_type_comments: TYPE_COMMENT NEWLINE TYPE_COMMENT NEWLINE INDENT #last `Cannot have two type comments on def`
invalid_def_raw: 'async'? $'def' NAME '(' params? ')' ('->' expression)? ':' NEWLINE !INDENT #indent `expected an indented block after function definition on line {line}`
params: invalid_parameters | parameters
parameters: slash_no_default param_no_default* param_with_default* star_etc? %8 `Positional-only parameters are`
 | slash_with_default param_with_default* star_etc? %8 `Positional-only parameters are`
 | param_no_default+ param_with_default* star_etc?
 | param_with_default+ star_etc?
 | star_etc
slash_no_default: param_no_default+ '/' ',' | param_no_default+ '/' &')'
slash_with_default: param_no_default* param_with_default+ '/' ',' | param_no_default* param_with_default+ '/' &')'
star_etc: invalid_star_etc
 | '*' param_no_default param_maybe_default* kwds?
 | '*' param_no_default_star_annotation param_maybe_default* kwds?
 | '*' ',' param_maybe_default+ kwds?
 | kwds
kwds: invalid_kwds | '**' param_no_default
param_no_default: $param ',' TYPE_COMMENT? | $param TYPE_COMMENT? &')'
param_no_default_star_annotation: param_star_annotation ',' TYPE_COMMENT? | param_star_annotation TYPE_COMMENT? &')'
param_with_default: param default ',' TYPE_COMMENT? | param default TYPE_COMMENT? &')'
param_maybe_default: param default? ',' TYPE_COMMENT? | param default? TYPE_COMMENT? &')'
param: NAME annotation? @Param
param_star_annotation: NAME ':' star_expression
annotation: ':' expression
default: '=' expression | invalid_default
invalid_default: $'=' &(')' | ',') #here `expected default value expression`
invalid_parameters:
   param_no_default* invalid_parameters_helper $param_no_default #here `non-default argument follows default argument`
 | param_no_default* $'(' param_no_default+ ','? $')' #range `Function parameters cannot be parenthesized`
 | $'/' ',' #here `at least one argument must precede /`
 | (slash_no_default | slash_with_default) param_maybe_default* $'/' #here `/ may appear only once`
 | (slash_no_default | slash_with_default)? param_maybe_default* '*' (',' | param_no_default) param_maybe_default* $'/' #here `/ must be ahead of *`
 | param_maybe_default+ '/' $'*' #here `expected comma between / and *`
invalid_parameters_helper: slash_with_default | param_with_default+
invalid_star_etc:
   $'*' (')' | ',' (')' | '**')) #here `named arguments must follow bare *`
 | '*' ',' TYPE_COMMENT #last `bare * has associated type comment`
 | '*' param $'=' #here `var-positional argument cannot have default value`
 | '*' (param_no_default | ',') param_maybe_default* $'*' (param_no_default | ',') #here `* argument may appear only once`
invalid_kwds: '**' param $'=' #here `var-keyword argument cannot have default value`
 | '**' param ',' $param #here `arguments cannot follow var-keyword argument`
 | '**' param ',' $('*' | '**' | '/') #here `arguments cannot follow var-keyword argument`

if_stmt: invalid_if_stmt | 'if' named_expression ':' block elif_stmt | 'if' named_expression ':' block else_block?
invalid_if_stmt: 'if' named_expression NEWLINE #last `expected ':'`
 | $'if' named_expression ':' NEWLINE !INDENT #indent `expected an indented block after 'if' statement on line {line}`
elif_stmt: invalid_elif_stmt | 'elif' named_expression ':' block elif_stmt | 'elif' named_expression ':' block else_block?
invalid_elif_stmt: 'elif' named_expression NEWLINE #last `expected ':'`
 | $'elif' named_expression ':' NEWLINE !INDENT #indent `expected an indented block after 'elif' statement on line {line}`
else_block: invalid_else_stmt | 'else' ^':' block
invalid_else_stmt: $'else' ':' NEWLINE !INDENT #indent `expected an indented block after 'else' statement on line {line}`
while_stmt: invalid_while_stmt | 'while' named_expression ':' block else_block?
invalid_while_stmt: 'while' named_expression NEWLINE #last `expected ':'`
 | $'while' named_expression ':' NEWLINE !INDENT #indent `expected an indented block after 'while' statement on line {line}`
for_stmt: invalid_for_stmt
 | 'for' star_targets 'in' ~ star_expressions ':' TYPE_COMMENT? block else_block?
 | 'async' 'for' star_targets 'in' ~ star_expressions ':' TYPE_COMMENT? block else_block? %5 `Async for loops are`
 | invalid_for_target
invalid_for_stmt: 'async'? 'for' star_targets 'in' star_expressions NEWLINE #last `expected ':'`
 | 'async'? $'for' star_targets 'in' star_expressions ':' NEWLINE !INDENT #indent `expected an indented block after 'for' statement on line {line}`
invalid_for_target: 'async'? 'for' $star_expressions #for
with_stmt: invalid_with_stmt_indent
 | 'with' '(' ','.with_item+ ','? ')' ':' block %9 `Parenthesized context managers are`
 | 'with' ','.with_item+ ':' TYPE_COMMENT? block
 | 'async' 'with' '(' ','.with_item+ ','? ')' ':' block %5 `Async with statements are`
 | 'async' 'with' ','.with_item+ ':' TYPE_COMMENT? block %5 `Async with statements are`
 | invalid_with_stmt
with_item: expression 'as' star_target &(',' | ')' | ':') | invalid_with_item | expression
invalid_with_item: expression 'as' $expression &(',' | ')' | ':') #assign
invalid_with_stmt: 'async'? 'with' ','.(expression ('as' star_target)?)+ NEWLINE #last `expected ':'`
 | 'async'? 'with' '(' ','.(expressions ('as' star_target)?)+ ','? ')' NEWLINE #last `expected ':'`
invalid_with_stmt_indent:
   'async'? $'with' ','.(expression ('as' star_target)?)+ ':' NEWLINE !INDENT #indent `expected an indented block after 'with' statement on line {line}`
 | 'async'? $'with' '(' ','.(expressions ('as' star_target)?)+ ','? ')' ':' NEWLINE !INDENT #indent `expected an indented block after 'with' statement on line {line}`

try_stmt: invalid_try_stmt
 | 'try' ^':' block finally_block
 | 'try' ^':' block except_block+ else_block? finally_block?
 | 'try' ^':' block except_star_block+ else_block? finally_block? %11 `Exception groups are`
invalid_try_stmt:
   $'try' ':' NEWLINE !INDENT #indent `expected an indented block after 'try' statement on line {line}`
 | 'try' ':' block !('except' | 'finally') #last `expected 'except' or 'finally' block`
 | 'try' ':' block* except_block+ $'except' $'*' expression ('as' NAME)? ':' #range `cannot have both 'except' and 'except*' on the same 'try'`
 | 'try' ':' block* except_star_block+ $'except' (expression ('as' NAME)?)? ':' #here `cannot have both 'except' and 'except*' on the same 'try'`
except_block: invalid_except_stmt_indent | 'except' expression ('as' NAME)? ':' block | 'except' ':' block | invalid_except_stmt
except_star_block: invalid_except_star_stmt_indent | 'except' '*' expression ('as' NAME)? ':' block | invalid_except_stmt
finally_block: invalid_finally_stmt | 'finally' ^':' block
invalid_except_stmt:
   'except' '*'? $expression ',' expressions ('as' NAME)? ':' #from `multiple exception types must be parenthesized`
 | 'except' '*'? expression ('as' NAME)? NEWLINE #last `expected ':'`
 | 'except' NEWLINE #last `expected ':'`
 | 'except' '*' (NEWLINE | ':') #last `expected one or more exception types`
invalid_finally_stmt: $'finally' ':' NEWLINE !INDENT #indent `expected an indented block after 'finally' statement on line {line}`
invalid_except_stmt_indent:
   $'except' expression ('as' NAME)? ':' NEWLINE !INDENT #indent `expected an indented block after 'except' statement on line {line}`
 | $'except' ':' NEWLINE !INDENT #indent `expected an indented block after 'except' statement on line {line}`
invalid_except_star_stmt_indent:
   $'except' '*' expression ('as' NAME)? ':' NEWLINE !INDENT #indent `expected an indented block after 'except*' statement on line {line}`

match_stmt: "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT %10 `Pattern matching is` | invalid_match_stmt
invalid_match_stmt: "match" subject_expr NEWLINE #last `expected ':'`
 | $"match" subject_expr ':' NEWLINE !INDENT #indent `expected an indented block after 'match' statement on line {line}`
subject_expr: star_named_expression ',' star_named_expressions? | named_expression
case_block: invalid_case_block | "case" patterns guard? ':' block
invalid_case_block: "case" patterns guard? NEWLINE #last `expected ':'`
 | $"case" patterns guard? ':' NEWLINE !INDENT #indent `expected an indented block after 'case' statement on line {line}`
guard: 'if' named_expression
patterns: open_sequence_pattern | pattern
pattern: as_pattern | or_pattern
as_pattern: or_pattern 'as' pattern_capture_target | invalid_as_pattern
invalid_as_pattern: or_pattern 'as' $"_" #here `cannot use '_' as a target`
 | or_pattern 'as' !NAME $expression #here `invalid pattern target`
or_pattern: '|'.closed_pattern+ @Pattern
memo closed_pattern: literal_pattern | capture_pattern | wildcard_pattern | value_pattern | group_pattern
 | sequence_pattern | mapping_pattern | class_pattern
literal_pattern: signed_number !('+' | '-') | complex_number | strings | 'None' | 'True' | 'False'
complex_number: signed_real_number '+' imaginary_number | signed_real_number '-' imaginary_number
signed_number: number | '-' number
signed_real_number: real_number | '-' real_number
real_number: $NUMBER #real
imaginary_number: $NUMBER #imaginary
capture_pattern: pattern_capture_target
pattern_capture_target: !"_" NAME !('.' | '(' | '=')
wildcard_pattern: "_"
value_pattern: attr !('.' | '(' | '=')
attr: NAME ('.' NAME)+
name_or_attr: '.'.NAME+
group_pattern: '(' pattern ')'
sequence_pattern: '[' maybe_sequence_pattern? ']' | '(' open_sequence_pattern? ')'
open_sequence_pattern: maybe_star_pattern ',' maybe_sequence_pattern?
maybe_sequence_pattern: ','.maybe_star_pattern+ ','?
maybe_star_pattern: star_pattern | pattern
memo star_pattern: '*' pattern_capture_target | '*' wildcard_pattern
mapping_pattern: '{' '}' | '{' double_star_pattern ','? '}' | '{' items_pattern ',' double_star_pattern ','? '}' | '{' items_pattern ','? '}'
items_pattern: ','.key_value_pattern+
key_value_pattern: (literal_pattern | attr) ':' pattern
double_star_pattern: '**' pattern_capture_target
class_pattern: name_or_attr '(' ')'
 | name_or_attr '(' positional_patterns ','? ')'
 | name_or_attr '(' keyword_patterns ','? ')'
 | name_or_attr '(' positional_patterns ',' keyword_patterns ','? ')'
 | invalid_class_pattern
positional_patterns: $','.pattern_item+
pattern_item: $pattern @Pattern
keyword_patterns: ','.keyword_pattern+
keyword_pattern: NAME '=' pattern
invalid_class_pattern: name_or_attr '(' $invalid_class_argument_pattern #range `positional patterns follow keyword patterns`
invalid_class_argument_pattern: (positional_patterns ',')? keyword_patterns ',' $positional_patterns
)";

inline constexpr char kGrammarExpressions[] = R"(
expressions: $expression $(',' $expression)+ ','? @Tuple | $expression ',' @Tuple | expression
memo expression: invalid_expression | invalid_legacy_expression
 | disjunction 'if' disjunction 'else' expression @IfExp | disjunction | lambdef
quiet expression_without_invalid: disjunction 'if' disjunction 'else' expression @IfExp | disjunction | lambdef
invalid_expression: !(NAME STRING | SOFT_KEYWORD) $disjunction $expression_without_invalid #comma
 | $disjunction 'if' $disjunction !('else' | ':') #range `expected 'else' after 'if' expression`
invalid_legacy_expression: $NAME !'(' $star_expressions #legacy
yield_expr: 'yield' 'from' expression @Yield | 'yield' star_expressions? @Yield
star_expressions: $star_expression $(',' $star_expression)+ ','? @Tuple | $star_expression ',' @Tuple | star_expression
memo star_expression: '*' $bitwise_or @Starred | expression
star_named_expressions: $','.star_named_expression+ ','?
star_named_expression: '*' $bitwise_or @Starred | named_expression
assignment_expression: NAME ':=' ~ expression %8 `Assignment expressions are` @NamedExpr
named_expression: assignment_expression | invalid_named_expression | $expression !':='
memo invalid_named_expression:
   $expression ':=' expression #here `cannot use assignment expressions with {expr}`
 | $NAME '=' $bitwise_or !('=' | ':=') #range `invalid syntax. Maybe you meant '==' or ':=' instead of '='?`
 | !(list | tuple | genexp | 'True' | 'None' | 'False') $bitwise_or '=' bitwise_or !('=' | ':=') #here `cannot assign to {expr} here. Maybe you meant '==' instead of '='?`
memo disjunction: $conjunction $('or' $conjunction)+ @BoolOp | conjunction
memo conjunction: $inversion $('and' $inversion)+ @BoolOp | inversion
memo inversion: 'not' inversion @UnaryOp | comparison
comparison: $bitwise_or $compare_tail+ @Compare | bitwise_or
compare_tail: '==' bitwise_or @OtherOp | '!=' bitwise_or @OtherOp | '<=' bitwise_or @OtherOp | '<' bitwise_or @OtherOp
 | '>=' bitwise_or @OtherOp | '>' bitwise_or @OtherOp | 'not' 'in' bitwise_or @OtherOp | 'in' bitwise_or @InOp
 | 'is' 'not' bitwise_or @OtherOp | 'is' bitwise_or @OtherOp
memo bitwise_or: $bitwise_xor $('|' $bitwise_xor)* @?BinOp
memo bitwise_xor: $bitwise_and $('^' $bitwise_and)* @?BinOp
memo bitwise_and: $shift_expr $('&' $shift_expr)* @?BinOp
memo shift_expr: $sum $('<<' $sum | '>>' $sum)* @?BinOp
memo sum: $term $('+' $term | '-' $term)* @?BinOp
memo term: $factor $('*' $factor | '/' $factor | '//' $factor | '%' $factor | $matmul_operand)* @?BinOp
matmul_operand: '@' $factor %5 `The '@' operator is`
memo factor: '+' factor @UnaryOp | '-' factor @UnaryOp | '~' factor @UnaryOp | power
power: await_primary '**' factor @BinOp | await_primary
memo await_primary: 'await' primary %5 `Await expressions are` @Await | primary
memo primary: $atom $primary_tail* @^
primary_tail: '.' NAME @Attribute | genexp @Call | '(' arguments? ')' @Call | '[' slices ']' @Subscript
slices: slice !',' | ','.(slice | starred_expression)+ ','?
slice: expression? ':' expression? (':' expression?)? | named_expression
atom: NAME @Name | 'True' @True | 'False' @False | 'None' @None | &STRING $strings | number
 | &'(' $(tuple | group | genexp) | &'[' $(list | listcomp) | &'{' $(dict | set | dictcomp | setcomp) | '...' @Ellipsis
number: $NUMBER #number
group: '(' $(yield_expr | named_expression) ')' | invalid_group
invalid_group: '(' $starred_expression ')' #here `cannot use starred expression here`
 | '(' $'**' expression ')' #here `cannot use double starred expression here`
list: '[' $star_named_expressions? ']' @List
tuple: '(' $($star_named_expression ',' $star_named_expressions?)? ')' @Tuple
set: '{' star_named_expressions '}' @Set
dict: '{' double_starred_kvpairs? '}' @Dict | '{' invalid_double_starred_kvpairs '}'
double_starred_kvpairs: ','.double_starred_kvpair+ ','?
double_starred_kvpair: '**' bitwise_or | kvpair
kvpair: expression ':' expression
invalid_double_starred_kvpairs: ','.double_starred_kvpair+ ',' invalid_kvpair
 | expression ':' $'*' bitwise_or #from `cannot use a starred expression in a dictionary value`
 | expression $':' &('}' | ',') #here `expression expected after dictionary key and ':'`
invalid_kvpair: $expression !':' #key
 | expression ':' $'*' bitwise_or #from `cannot use a starred expression in a dictionary value`
 | expression $':' &('}' | ',') #here `expression expected after dictionary key and ':'`
for_if_clauses: $for_if_clause+
for_if_clause: 'async' 'for' $star_targets 'in' ~ disjunction ('if' disjunction)* %6 `Async comprehensions are` @Comprehension
 | 'for' $star_targets 'in' ~ disjunction ('if' disjunction)* @Comprehension
 | invalid_for_target
listcomp: '[' named_expression for_if_clauses ']' @ListComp | invalid_comprehension
setcomp: '{' named_expression for_if_clauses '}' @SetComp | invalid_comprehension
genexp: '(' (assignment_expression | expression !':=') for_if_clauses ')' @GeneratorExp | invalid_comprehension
dictcomp: '{' kvpair for_if_clauses '}' @DictComp | invalid_dict_comprehension
invalid_comprehension:
   ('[' | '(' | '{') $starred_expression for_if_clauses #here `iterable unpacking cannot be used in comprehension`
 | ('[' | '{') $star_named_expression ',' $star_named_expressions for_if_clauses #range `did you forget parentheses around the comprehension target?`
 | ('[' | '{') $star_named_expression $',' for_if_clauses #range `did you forget parentheses around the comprehension target?`
invalid_dict_comprehension: '{' $'**' bitwise_or for_if_clauses '}' #here `dict unpacking cannot be used in dict comprehension`

memo arguments: args ','? &')' | invalid_arguments
args: $','.args_item+ $(',' $kwargs)? @Args | $kwargs @Args
args_item: starred_expression | $(assignment_expression | $expression !':=') !'='
kwargs: $','.kwarg_or_starred+ ',' $','.kwarg_or_double_starred+ | $','.kwarg_or_starred+ | $','.kwarg_or_double_starred+
starred_expression: '*' $expression @Starred
kwarg_or_starred: invalid_kwarg | NAME '=' expression @Keyword | starred_expression
kwarg_or_double_starred: invalid_kwarg | NAME '=' expression @Keyword | '**' expression @Unpacking
invalid_arguments:
   $args ',' '*' #here `iterable argument unpacking follows keyword argument unpacking`
 | $expression $for_if_clauses ',' (args | expression for_if_clauses)? #range `Generator expression must be parenthesized`
 | $NAME $'=' expression for_if_clauses #range `invalid syntax. Maybe you meant '==' or ':=' instead of '='?`
 | $args $for_if_clauses #generator
 | args ',' $expression $for_if_clauses #last_generator
 | $args ',' args #positional
invalid_kwarg: $('True' | 'False' | 'None') $'=' #range `cannot assign to {text}`
 | $NAME $'=' expression for_if_clauses #range `invalid syntax. Maybe you meant '==' or ':=' instead of '='?`
 | !(NAME '=') $expression $'=' #range `expression cannot contain assignment, perhaps you meant "=="?`

lambdef: 'lambda' lambda_params? ':' expression @Lambda
lambda_params: invalid_lambda_parameters | lambda_parameters
lambda_parameters: lambda_slash_no_default lambda_param_no_default* lambda_param_with_default* lambda_star_etc? %8 `Positional-only parameters are`
 | lambda_slash_with_default lambda_param_with_default* lambda_star_etc? %8 `Positional-only parameters are`
 | lambda_param_no_default+ lambda_param_with_default* lambda_star_etc?
 | lambda_param_with_default+ lambda_star_etc?
 | lambda_star_etc
lambda_slash_no_default: lambda_param_no_default+ '/' ',' | lambda_param_no_default+ '/' &':'
lambda_slash_with_default: lambda_param_no_default* lambda_param_with_default+ '/' ','
 | lambda_param_no_default* lambda_param_with_default+ '/' &':'
lambda_star_etc: invalid_lambda_star_etc
 | '*' lambda_param_no_default lambda_param_maybe_default* lambda_kwds?
 | '*' ',' lambda_param_maybe_default+ lambda_kwds?
 | lambda_kwds
lambda_kwds: invalid_lambda_kwds | '**' lambda_param_no_default
lambda_param_no_default: $lambda_param ',' | $lambda_param &':'
lambda_param_with_default: lambda_param default ',' | lambda_param default &':'
lambda_param_maybe_default: lambda_param default? ',' | lambda_param default? &':'
lambda_param: NAME @Param
invalid_lambda_parameters:
   lambda_param_no_default* invalid_lambda_parameters_helper $lambda_param_no_default #here `non-default argument follows default argument`
 | lambda_param_no_default* $'(' ','.lambda_param+ ','? $')' #range `Lambda expression parameters cannot be parenthesized`
 | $'/' ',' #here `at least one argument must precede /`
 | (lambda_slash_no_default | lambda_slash_with_default) lambda_param_maybe_default* $'/' #here `/ may appear only once`
 | (lambda_slash_no_default | lambda_slash_with_default)? lambda_param_maybe_default* '*' (',' | lambda_param_no_default) lambda_param_maybe_default* $'/' #here `/ must be ahead of *`
 | lambda_param_maybe_default+ '/' $'*' #here `expected comma between / and *`
invalid_lambda_parameters_helper: lambda_slash_with_default | lambda_param_with_default+
invalid_lambda_star_etc:
   '*' (':' | ',' (':' | '**')) #last `named arguments must follow bare *`
 | '*' lambda_param $'=' #here `var-positional argument cannot have default value`
 | '*' (lambda_param_no_default | ',') lambda_param_maybe_default* $'*' (lambda_param_no_default | ',') #here `* argument may appear only once`
invalid_lambda_kwds: '**' lambda_param $'=' #here `var-keyword argument cannot have default value`
 | '**' lambda_param ',' $lambda_param #here `arguments cannot follow var-keyword argument`
 | '**' lambda_param ',' $('*' | '**' | '/') #here `arguments cannot follow var-keyword argument`

star_targets: $star_target !',' | $star_target $(',' $star_target)* ','? @Tuple
star_targets_list_seq: ','.star_target+ ','?
star_targets_tuple_seq: star_target (',' star_target)+ ','? | star_target ','
memo star_target: '*' !'*' $star_target @Starred | target_with_star_atom
memo target_with_star_atom: t_primary '.' NAME !t_lookahead @Attribute | t_primary '[' slices ']' !t_lookahead @Subscript | star_atom
star_atom: NAME @Name | '(' $target_with_star_atom ')' | '(' star_targets_tuple_seq? ')' @Tuple | '[' star_targets_list_seq? ']' @List
single_target: single_subscript_attribute_target | NAME @Name | '(' $single_target ')'
single_subscript_attribute_target: t_primary '.' NAME !t_lookahead @Attribute | t_primary '[' slices ']' !t_lookahead @Subscript
memo t_primary: t_atom t_tail*
t_atom: atom &t_lookahead
t_tail: '.' NAME &t_lookahead | '[' slices ']' &t_lookahead | genexp &t_lookahead | '(' arguments? ')' &t_lookahead
t_lookahead: '(' | '[' | '.'
del_targets: ','.del_target+ ','?
memo del_target: t_primary '.' NAME !t_lookahead | t_primary '[' slices ']' !t_lookahead | del_t_atom
del_t_atom: NAME | '(' del_target ')' | '(' del_targets? ')' | '[' del_targets? ']'
)";

}  // namespace baton::ast
